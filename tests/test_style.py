"""The house rules that no linter knows: sizes, names, and a documented `kaoping.scoring`."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "kaoping"
LONGEST_FUNCTION, LONGEST_MODULE = 60, 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "misc", "manager"}
WRITTEN = {".py", ".md", ".html", ".po", ".css", ".js", ".sql", ".toml"}
CONFLICT = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: Path) -> Iterator[tuple[Path, str, ast.Module]]:
    for folder in folders or (SOURCE,):
        for path in sorted(folder.rglob("*.py")):
            yield path.relative_to(ROOT), *parsed(path)


@cache
def parsed(path: Path) -> tuple[str, ast.Module]:
    text = path.read_text(encoding="utf-8")
    return text, ast.parse(text)


def functions(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def test_every_module_says_what_it_is() -> None:
    assert not [str(path) for path, _, tree in modules() if not ast.get_docstring(tree)]


def test_no_module_is_too_long() -> None:
    assert not [str(path) for path, text, _ in modules() if len(text.splitlines()) > LONGEST_MODULE]


def test_no_function_is_too_long() -> None:
    everything = modules(SOURCE, ROOT / "tests", ROOT / "benchmarks", ROOT / "docs")
    found = (
        (path, one, (one.end_lineno or 0) - one.lineno + 1) for path, _, tree in everything for one in functions(tree)
    )

    assert not [f"{path}: {one.name} has {lines} lines" for path, one, lines in found if lines > LONGEST_FUNCTION]


def test_modules_are_nouns_of_the_field() -> None:
    assert not [str(path) for path, _, _ in modules() if VAGUE & {path.stem, *path.parts[:-1]}]


def test_nothing_is_left_to_be_done_in_the_code() -> None:
    here = Path(__file__).relative_to(ROOT)
    everything = modules(SOURCE, ROOT / "tests", ROOT / "benchmarks")

    assert not [str(path) for path, text, _ in everything if path != here and UNFINISHED.search(text)]


def test_no_merge_was_left_unfinished() -> None:
    folders = (SOURCE, ROOT / "docs", ROOT / "tests", ROOT / "benchmarks")
    texts = [path for folder in folders for path in folder.rglob("*") if path.suffix in WRITTEN]
    texts += [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]

    assert not [str(path) for path in texts if CONFLICT.search(path.read_text(encoding="utf-8"))]


def test_every_public_function_of_scoring_is_documented() -> None:
    silent = [
        f"{path}: {node.name}"
        for path, _, tree in modules(SOURCE / "scoring")
        for node in tree.body
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]

    assert not silent
