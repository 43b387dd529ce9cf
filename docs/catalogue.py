"""The tables of the reference pages, read from the program itself when the documentation is built.

A page asks for one by a line such as ``<!-- catalogue: settings -->``; ``tests/test_documentation.py`` fails when a
setting, command, job or error does not describe itself.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click
from pydantic.fields import FieldInfo
from sphinx.application import Sphinx

import kaoping
from kaoping.exam.cli import main
from kaoping.exam.settings import Settings
from kaoping.itembank.errors import Conflict, Forbidden, Invalid, KaopingError, Missing
from kaoping.scoring.errors import ScoringError

MARKER = re.compile(r"^<!-- catalogue: (\w+) -->$", re.MULTILINE)
ANSWERS = {Missing: "404", Forbidden: "403", Conflict: "409", Invalid: "422"}
_SPECIAL = re.compile(r"([\\*_|<>$\[\]])")
_CODE = re.compile(r"(`[^`]+`)")
_FACT = re.compile(r"%\((\w+)\)[^a-z]*[a-z]")


def _text(words: str) -> str:
    parts = _CODE.split(" ".join(words.split()))
    return "".join(part if part.startswith("`") else _SPECIAL.sub(r"\\\1", part) for part in parts)


def _first(thing: object) -> str:
    """Give the first paragraph of a docstring of the thing's own; reST names become code."""
    paragraph = " ".join((inspect.cleandoc(getattr(thing, "__doc__", None) or "").split("\n\n")[0]).split())
    return re.sub(r"`+([^`]+)`+", r"\1", paragraph)


def setting_fields() -> dict[str, FieldInfo]:
    """Give the settings by the name of their environment variable."""
    return {f"KAOPING_{name.upper()}": field for name, field in Settings.model_fields.items()}


def _values(field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is Literal:
        return " or ".join(map(str, get_args(kind)))
    bounds = {type(one).__name__: one for one in field.metadata}
    if kind is int and "Ge" in bounds:
        return f"{bounds['Ge'].ge} to {bounds['Le'].le}"
    return {bool: "true or false", Path: "path", str: "text"}.get(kind, "address")  # type: ignore[arg-type]


def _default(name: str, field: FieldInfo) -> str:
    if name == "KAOPING_DATA":
        return "`/var/lib/kaoping` as root, otherwise `~/.local/share/kaoping`"
    value = field.get_default(call_default_factory=True, validated_data={"data": Path("$KAOPING_DATA")})
    return "–" if value in {None, ""} else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def settings() -> str:
    """Describe every setting."""
    lines = ["| Variable | Meaning | Values | Default |", "| --- | --- | --- | --- |"]
    for name, field in setting_fields().items():
        lines.append(f"| `{name}` | {_text(field.description or '')} | {_values(field)} | {_default(name, field)} |")
    return "\n".join(lines)


def command_leaves(group: click.Group = main, path: str = "kaoping") -> Iterator[tuple[str, click.Command]]:
    """Give every command that does something, by its whole name."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from command_leaves(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}", command


def commands() -> str:
    """Describe every command with its arguments and options."""
    return "\n".join(line for path, command in command_leaves() for line in _command(path, command))


def _command(path: str, command: click.Command) -> Iterator[str]:
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    usage = [one.make_metavar(click.Context(command)) for one in shown if isinstance(one, click.Argument)]
    yield f"## `{' '.join([path, *usage])}`\n\n{_text(command.help or '')}\n"
    options = [one for one in shown if isinstance(one, click.Option)]
    for option in options:
        required = " Required." if option.required else ""
        yield f"- `{', '.join(option.opts)}`: {_text(option.help or '')}{required}"
    yield ""


def job_tasks() -> dict[str, Callable[..., Any]]:
    """Give the functions of all jobs by name, without those of the queue itself."""
    from kaoping.exam import jobs as queue

    importlib.import_module("kaoping.exam.tasks")
    return {
        name: task.func for name, task in sorted(queue.app.tasks.items()) if task.func.__module__.startswith("kaoping.")
    }


def jobs() -> str:
    """Describe every job: what it does, its arguments, and its hours if it has any."""
    from kaoping.exam import jobs as queue

    functions = job_tasks()
    hours = {periodic.task.name: periodic.cron for periodic in queue.app.periodic_registry.periodic_tasks.values()}
    lines = ["| Job | What it does | Arguments | Runs |", "| --- | --- | --- | --- |"]
    for name, function in functions.items():
        given = [one for one in inspect.signature(function).parameters if one not in {"context", "timestamp"}]
        runs = f"periodically, `{hours[name]}`" if name in hours else "when deferred"
        arguments = ", ".join(f"`{one}`" for one in given) or "–"
        lines.append(f"| `{name}` | {_text(_first(function))} | {arguments} | {runs} |")
    return "\n".join(lines)


@cache
def error_leaves() -> tuple[type[KaopingError | ScoringError], ...]:
    """Give every error that a person may meet, by module and name."""
    for module in pkgutil.walk_packages(kaoping.__path__, "kaoping."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found = {*_leaves(KaopingError), *_leaves(ScoringError)}
    return tuple(sorted(found, key=lambda leaf: (leaf.__module__, leaf.__name__)))


def _leaves(base: type[Any]) -> Iterator[type[Any]]:
    for kind in base.__subclasses__():
        if "sentence" in vars(kind) and kind not in ANSWERS and kind.__module__.startswith("kaoping."):
            yield kind
        yield from _leaves(kind)


def errors() -> str:
    """Describe every error: the answer over HTTP, what it means, and the sentence that says how to mend it."""
    lines, module = [], ""
    for leaf in error_leaves():
        if leaf.__module__ != module:
            module = leaf.__module__
            head = [
                "",
                f"### `{module.removeprefix('kaoping.')}`",
                "",
                "| Error | Answer | Meaning | What the person reads |",
            ]
            lines += [*head, "| --- | --- | --- | --- |"]
        answer = next((status for kind, status in ANSWERS.items() if issubclass(leaf, kind)), "–")
        sentence = _text(_FACT.sub(r"‹\1›", leaf.sentence))
        lines.append(f"| `{leaf.__name__}` | {answer} | {_text(_first(leaf))} | {sentence} |")
    return "\n".join(lines)


TABLES: dict[str, Callable[[], str]] = {"settings": settings, "commands": commands, "jobs": jobs, "errors": errors}


def _fill(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = MARKER.sub(lambda asked: TABLES[asked[1]](), source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Fill the tables while pages are read."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
