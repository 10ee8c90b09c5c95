"""The text of a YAML file in, entries that know their own line out; `CatalogueError` where one is not as expected.

Only this module of the catalogue knows PyYAML: it composes nodes, because they keep the marks that constructed values
lose (https://pyyaml.org/wiki/PyYAMLDocumentation).
"""

from __future__ import annotations

import datetime
import difflib
from typing import TYPE_CHECKING

import yaml

from srm_lint.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TAG = "tag:yaml.org,2002:"


class CatalogueError(Exception):
    """A file of the catalogue is not as expected, or lacks what was asked for.

    `span` says where, `message` what was expected.
    """

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(f"{span.source}:{span.line}: {message}")
        self.span = span
        self.message = message


class Entry:
    """One node of the file: what is asked of it is what it must be, or it raises `CatalogueError`."""

    def __init__(self, label: str, source: str, node: yaml.Node) -> None:
        self.label = label
        self.source = source
        self.node = node

    def wrong(self, expected: str) -> CatalogueError:
        """Make the error to raise: this entry is not what was `expected`."""
        return CatalogueError(_span(self.source, self.node.start_mark, self.node.end_mark), f"{self.label}: {expected}")

    def text(self) -> str:
        """Take a text that is not empty."""
        text = self.node.value if isinstance(self.node, yaml.ScalarNode) else ""
        if not text.strip() or self.node.tag == f"{_TAG}null":
            raise self.wrong("expected a text")
        return " ".join(str(text).split())

    def word(self, words: Iterable[str]) -> str:
        """Take one of `words`."""
        choices = [str(word) for word in words]
        word = self.text()
        if word not in choices:
            raise self.wrong(f"expected one of {', '.join(choices)}, but it is {word!r}{_meant(word, choices)}")
        return word

    def url(self) -> str:
        """Take an address that begins with https://."""
        url = self.text()
        if not url.startswith("https://") or " " in url:
            raise self.wrong(f"expected an address that begins with https://, but it is {url!r}")
        return url

    def date(self) -> str:
        """Take a day, written as 2026-11-22."""
        day = self.text()
        try:
            valid = datetime.date.fromisoformat(day).isoformat() == day
        except ValueError:
            valid = False
        if not valid:
            raise self.wrong(f"expected a day such as 2026-11-22, but it is {day!r}")
        return day

    def plain(self) -> object:
        """Take a text, number, true or false, or a list of them."""
        if isinstance(self.node, yaml.SequenceNode):
            return [Entry(self.label, self.source, node).plain() for node in self.node.value]
        text = self.text()
        tag = self.node.tag.removeprefix(_TAG)
        if tag == "bool":
            if text not in ("true", "false"):
                raise self.wrong(f"expected true, false or a quoted text: YAML reads a bare {text} as a truth value")
            return text == "true"
        return int(text) if tag == "int" and text.lstrip("-").isdecimal() else text

    def fields(self, what: str) -> Fields:
        """Take the named entries of a mapping, which must not be empty and must name nothing twice."""
        if not isinstance(self.node, yaml.MappingNode) or not self.node.value:
            raise self.wrong(f"expected {what}: names with values")
        entries: dict[str, Entry] = {}
        for key, value in self.node.value:
            name = Entry("a name", self.source, key).text()
            if name in entries:
                raise Entry(self.label, self.source, key).wrong(f"{name!r} is written twice")
            entries[name] = Entry(name, self.source, value)
        return Fields(self, entries, {str(key.value): key for key, _ in self.node.value})


class Fields:
    """The named entries of one mapping."""

    def __init__(self, owner: Entry, entries: dict[str, Entry], keys: dict[str, yaml.Node]) -> None:
        self.owner = owner
        self.entries = entries
        self._keys = keys

    def only(self, *names: str) -> None:
        """Refuse every name that is not one of `names`."""
        for name in self.entries:
            if name not in names:
                key = Entry(self.owner.label, self.owner.source, self._keys[name])
                raise key.wrong(f"{name!r} is not known here{_meant(name, names)}; known are {', '.join(names)}")

    def need(self, name: str) -> Entry:
        """Find the entry called `name`, which must be there."""
        entry = self.entries.get(name)
        if entry is None:
            raise self.owner.wrong(f"expected {name!r}, which is missing")
        return entry

    def get(self, name: str) -> Entry | None:
        """Find the entry called `name`, if it is there."""
        return self.entries.get(name)


def compose(path: Path, source: str) -> Entry:
    """Read the whole file at `path` as one entry; `source` is the path as messages show it."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = _span(source, mark, mark) if mark else Span(source, 1, 1, 1, 1)
        raise CatalogueError(at, f"expected YAML: {error.problem or error.context}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(Span(source, 1, 1, 1, 1), f"expected YAML in UTF-8: {error}") from error
    if node is None:
        raise CatalogueError(Span(source, 1, 1, 1, 1), "expected a service, but the file is empty")
    return Entry("the file", source, node)


def _span(source: str, start: yaml.Mark, end: yaml.Mark) -> Span:
    return Span(source, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _meant(word: str, choices: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(choices), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
