"""Plain Python data as values and back, for the tests of functions and conversion."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from srm_lint.model.source import Source, Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import functions

CALL = Span("main.tf", 9, 3, 9, 20)
"""Where the calls stand."""
ARGUMENT = Span("main.tf", 2, 5, 2, 8)
"""Where the arguments stand."""

OPEN = Unknown(span=ARGUMENT, reason="var.x has no value", references=("var.x",))


class Set(list[Any]):
    """Items that make a set."""


class Folder:
    """An environment whose files are the members of a dictionary."""

    def __init__(self, files: Mapping[str, str] = {}) -> None:
        self.files = files

    def read_file(self, path: str) -> Source:
        if path.startswith("/etc"):
            raise functions.FunctionError(f"{path} lies outside the scanned tree")
        if path not in self.files:
            raise functions.MissingFileError(f"{path} does not exist")
        return Source(path, self.files[path])

    def read_bytes(self, path: str) -> bytes:
        return self.read_file(path).text.encode()

    def render_template(self, template: Source, variables: Mapping[str, Value], at: Span | None = None) -> Value:
        text = template.text
        for variable, value in variables.items():
            if isinstance(value, Unknown):
                return value
            text = text.replace("${" + variable + "}", str(plain(value)))
        return Scalar(span=at or template.start(), data=text)


class ListedFolder(Folder):
    """A folder that can also say which files it holds."""

    def list_files(self, folder: str) -> list[str]:
        return [path.removeprefix(f"{folder}/") for path in self.files if path.startswith(f"{folder}/")]


def value(data: Any, **extra: Any) -> Value:
    """`data` as a value: lists are lists, `Set` is a set, dictionaries are objects, floats become decimals."""
    if isinstance(data, Value):
        return data
    if isinstance(data, Set):
        return List(span=ARGUMENT, items=tuple(map(value, data)), unordered=True, **extra)
    if isinstance(data, list | tuple):
        return List(span=ARGUMENT, items=tuple(map(value, data)), **extra)
    if isinstance(data, dict):
        return Object(span=ARGUMENT, members={name: value(member) for name, member in data.items()}, **extra)
    if isinstance(data, float):
        data = Decimal(repr(data))
    return Scalar(span=ARGUMENT, data=data, **extra)


def plain(known: Value) -> Any:
    """What `value` was made of; an unknown stays as it is."""
    match known:
        case Scalar(data=data):
            return data
        case List(items=items, unordered=True):
            return Set(map(plain, items))
        case List(items=items):
            return [plain(item) for item in items]
        case Object(members=members):
            return {name: plain(member) for name, member in members.items()}
    return known


def choice(*candidates: Any) -> Unknown:
    """An unknown that can only be one of `candidates`."""
    return Unknown(
        span=ARGUMENT,
        reason="var.choice has no value",
        references=("var.choice",),
        candidates=tuple(map(value, candidates)),
    )


def pieces(*known: str | None) -> Unknown:
    """An unknown text of which these pieces are known."""
    return Unknown(span=ARGUMENT, reason="var.x has no value", references=("var.x",), pieces=known)


def result_of(name: str, *arguments: Any, files: Mapping[str, str] = {}) -> Value:
    """The value of a call."""
    return functions.call(name, [value(argument) for argument in arguments], CALL, ListedFolder(files))


def call(name: str, *arguments: Any, files: Mapping[str, str] = {}) -> Any:
    """The plain result of a call."""
    return plain(result_of(name, *arguments, files=files))


def unknown_of(name: str, *arguments: Any, files: Mapping[str, str] = {}) -> Unknown:
    """The result of a call that must be unknown."""
    result = result_of(name, *arguments, files=files)
    assert isinstance(result, Unknown), result
    return result


def candidates_of(name: str, *arguments: Any) -> list[Any]:
    """All that a call can give."""
    return [plain(candidate) for candidate in unknown_of(name, *arguments).candidates]
