"""What can be set, run, queued or go wrong is documented; the pages build; the README keeps its promises."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from docs import catalogue
from kaoping.exam import errors as machinery
from kaoping.exam.schema import STATEMENTS
from kaoping.itembank.errors import KaopingError

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README_LINES = 200
PICTURE_BYTES = 250_000
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_setting_is_described() -> None:
    silent = [name for name, field in catalogue.setting_fields().items() if not field.description]

    assert not silent
    assert "<!-- catalogue: settings -->" in page("reference/settings.md")


def test_every_command_and_option_is_described() -> None:
    silent = [path for path, command in catalogue.command_leaves() if not command.help]
    for path, command in catalogue.command_leaves():
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        silent += [f"{path} {option.opts[0]}" for option in options if not option.help]

    assert not silent
    assert "<!-- catalogue: commands -->" in page("reference/commands.md")


def test_every_job_is_described() -> None:
    silent = [name for name, function in catalogue.job_tasks().items() if not function.__doc__]

    assert not silent
    assert "<!-- catalogue: jobs -->" in page("reference/jobs.md")


def test_every_error_says_what_it_means() -> None:
    silent = [leaf.__name__ for leaf in catalogue.error_leaves() if not vars(leaf).get("__doc__")]
    same = [leaf.__name__ for leaf in catalogue.error_leaves() if leaf.sentence == KaopingError.sentence]

    assert not silent
    assert not same
    assert "<!-- catalogue: errors -->" in page("reference/errors.md")


@pytest.mark.parametrize("module", [machinery.__name__, "kaoping.scoring", "kaoping.itembank.vault"])
def test_what_to_do_is_written_for_the_errors_that_operators_and_psychometricians_meet(module: str) -> None:
    met = {leaf.__name__ for leaf in catalogue.error_leaves() if leaf.__module__.startswith(module)}
    written = set(re.findall(r"^`(\w+)`$", page("reference/errors.md"), re.MULTILINE))

    assert met
    assert met <= written


@pytest.mark.parametrize("name", ["architecture.md", "decisions/0007-functions-that-cross-organisations.md"])
def test_every_function_that_crosses_organisations_is_named(name: str) -> None:
    crossing = [one for one in STATEMENTS if "SECURITY DEFINER" in one]

    assert crossing
    assert not [one for one in crossing if f"`{one.split('(')[0].split()[-1]}`" not in page(name)]


def test_every_decision_is_in_the_list_of_decisions() -> None:
    records = {file.stem for file in (DOCS / "decisions").glob("[0-9]*.md")}

    assert records
    assert records == set(re.findall(r"^(\d{4}-[\w-]+)$", page("decisions/index.md"), re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_of_the_front_pages_lead_somewhere(name: str) -> None:
    targets = LINK.findall((ROOT / name).read_text(encoding="utf-8"))

    assert not [target for target in targets if not (ROOT / target).exists()]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_short_and_names_the_two_commands(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert len(text.splitlines()) < README_LINES
    assert "scripts/demo" in text
    assert "scripts/test" in text


def test_pictures_are_small() -> None:
    pictures = sorted((DOCS / "pictures").glob("*.png"))

    assert pictures
    assert not [picture.name for picture in pictures if picture.stat().st_size > PICTURE_BYTES]


def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    folders = ["-d", str(tmp_path / "trees"), str(DOCS), str(tmp_path / "html")]
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    for name in catalogue.setting_fields():
        assert name in (tmp_path / "html/reference/settings.html").read_text(encoding="utf-8")
