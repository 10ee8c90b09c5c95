"""Our own YAML files (policies, maps, catalogue, configuration) in; values that know their line out.

Only this module knows how a mistake in such a file is told: file, line, what was expected, and what was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import yaml

from srm_lint.model.source import Span, shown_path
from srm_lint.spelling import nearest

if TYPE_CHECKING:
    from yaml._yaml import Mark as CMark

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class MarkedError(Exception):
    """A mistake in one of our own files, or in a user's policy or configuration: `span` says where."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(f"{span.source}:{span.line}:{span.column}: {message}")
        self.span = span
        self.message = message


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean "x"?` where a known word resembles `word`, else what is known, else nothing."""
    meant = nearest(word, known)
    if meant:
        return f"; {meant}"
    return f"; expected one of {', '.join(sorted(known))}" if known and len(known) <= 20 else ""


MAX_DEPTH = 1_000
"""How deep values of our own files may be nested."""
_NESTING = ("[", "{", "- ", "? ")
"""Without one of these for each level, each needs a line that is indented further, and a text of some size is flat."""
_NEXT_KEY = re.compile(r"^[^\s#-]", re.MULTILINE)


class Marked:
    """A value of a YAML file and where it stands. Accessors raise `MarkedError` when it is not what they ask for."""

    __slots__ = ("_loader", "node", "source")

    def __init__(self, node: yaml.Node, source: str, loader: yaml.SafeLoader) -> None:
        self.node = node
        self.source = source
        self._loader = loader

    @property
    def span(self) -> Span:
        """Where it stands."""
        start, end = self.node.start_mark, self.node.end_mark
        return Span(self.source, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def error(self, message: str) -> MarkedError:
        """A mistake at this value."""
        return MarkedError(self.span, message)

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether it has items."""
        return isinstance(self.node, yaml.SequenceNode)

    def mapping(self, allowed: Collection[str] = (), required: Collection[str] = ()) -> dict[str, Marked]:
        """Its members by key; with `allowed`, an unknown key is an error, and so is a missing `required` one."""
        members: dict[str, Marked] = {}
        for key, value in self._pairs():
            name = key.name()
            if allowed and name not in allowed:
                raise key.error(f'"{name}" is not known here{did_you_mean(name, allowed)}')
            if name in members:
                raise key.error(f'"{name}" stands here twice')
            members[name] = value
        for name in required:
            if name not in members:
                raise self.error(f'"{name}" is missing')
        return members

    def _pairs(self) -> Iterator[tuple[Marked, Marked]]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("expected a mapping (key: value)")
        for key, value in self.node.value:
            yield self._at(key), self._at(value)

    def _at(self, node: yaml.Node) -> Marked:
        return Marked(node, self.source, self._loader)

    def sequence(self) -> list[Marked]:
        """Its items."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("expected a list")
        return [self._at(item) for item in self.node.value]

    def one_or_many(self) -> list[Marked]:
        """Its items, or itself as the only one."""
        return self.sequence() if self.is_sequence else [self]

    def plain(self) -> object:
        """The plain data (strings, numbers, booleans, None, lists, dicts)."""
        try:
            return self._loader.construct_object(self.node, deep=True)
        except (ValueError, yaml.YAMLError):
            raise self.error("is not a valid value") from None

    def text(self) -> str:
        """It as a string."""
        data = self.plain() if isinstance(self.node, yaml.ScalarNode) else None
        if not isinstance(data, str):
            raise self.error("expected text" + (" (put it in quotes)" if data is not None else ""))
        return data

    def name(self) -> str:
        """It as a key: as written, since `on` as a key never means true."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value:
            raise self.error("expected text")
        return str(self.node.value)

    def flag(self) -> bool:
        """It as a boolean."""
        data = self.plain()
        if not isinstance(data, bool):
            raise self.error("expected true or false")
        return data

    def word(self, words: type[E]) -> E:
        """It as a member of an enumeration of words."""
        known = [word.value for word in words]
        text = self.text()
        if text not in known:
            raise self.error(f'"{text}" is not known here{did_you_mean(text, known)}')
        return words(text)

    def texts(self) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(item.text() for item in self.sequence())


def optional(members: Mapping[str, Marked], name: str, take: Callable[[Marked], T]) -> T | None:
    """What `take` makes of the member called `name`, or None where there is none."""
    member = members.get(name)
    return None if member is None else take(member)


def load(path: Path, *, but: str = "") -> Marked:
    """The root value of the YAML file at `path`; without what stands under its last key, where that is `but`.

    Raises `MarkedError` if it cannot be read, is no YAML, or is empty.
    """
    source = shown_path(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise MarkedError(Span(source, 1, 1, 1, 1), f"cannot be read: {reason}") from None
    return parse(_without(text, but) if but else text, source)


def _without(text: str, key: str) -> str:
    head, found, tail = text.partition(f"\n{key}:\n")
    return f"{head}\n" if found and _NEXT_KEY.search(tail) is None else text


def _measure(text: str, source: str) -> None:
    """Raises `MarkedError` where `text` is nested deeper than the composer of PyYAML, which recurses, can bear."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            line, column = _place(event.start_mark)
            raise MarkedError(
                Span(source, line, column, line, column), f"is nested more than {MAX_DEPTH:,} levels deep"
            )


def _place(mark: yaml.Mark | CMark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def parse(text: str, source: str) -> Marked:
    """The root value of YAML `text`, shown as `source`. Raises `MarkedError` as `load` does."""
    loader = _Loader(text)
    try:
        if sum(map(text.count, _NESTING)) > MAX_DEPTH:
            _measure(text, source)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line, column = _place(error.problem_mark or error.context_mark)
        raise MarkedError(Span(source, line, column, line, column), f"is not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise MarkedError(Span(source, 1, 1, 1, 1), f"is not YAML: {error}") from None
    if node is None:
        raise MarkedError(Span(source, 1, 1, 1, 1), "is empty")
    return Marked(node, source, loader)
