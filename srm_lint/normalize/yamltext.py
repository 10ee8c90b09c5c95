"""YAML text inside a value, known or with gaps; the structure it encodes, with spans in the user's file, out.

Only this module knows how YAML is made into values here. Plain scalars other than null are texts: those who ask for
more than text have shapes for it. It goes by events: PyYAML's composers overflow the stack on deep documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from msgspec import Struct

from srm_lint.model.source import Source, Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.normalize.jsontext import GAP, MAX_DEPTH, Places, joined, pieces_of

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGE = "<<"
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class NotYaml(Exception):
    """The text is not YAML; the message says what is wrong."""


def read_yaml(pieces: tuple[str | None, ...], value: Value, sources: Mapping[str, Source]) -> Value:
    """What the YAML text made of `pieces` (None is an unknown gap) encodes; `value` is the value that holds the text.

    Of several documents, the first one counts. Raises `NotYaml`.
    """
    text = joined(pieces)
    reader = _Reader(text, value, sources)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            reader.take(event)
            if isinstance(event, yaml.DocumentEndEvent):
                break
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(f"line {mark.line + 1} of it goes wrong" if mark else "it cannot be read") from None
    if not reader.root:
        raise NotYaml("it is empty")
    return reader.root[0]


class _Open(Struct):
    """A list or an object that has begun: the event that began it, and its items (names and values in turn)."""

    start: Any
    items: list[Value]


class _Reader:
    """Makes values of events. What an alias names is the value itself, made once."""

    def __init__(self, text: str, value: Value, sources: Mapping[str, Source]) -> None:
        self.holder = value
        self.places = Places(text, value.span, sources.get(value.span.source))
        self.root: list[Value] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, Value] = {}

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the text."""
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.open) >= MAX_DEPTH:
                raise NotYaml(f"it is nested more than {MAX_DEPTH} deep")
            self.open.append(_Open(event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = self.open.pop()
            self._add(ended.start, self._collection(ended, event))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(event, self._scalar(event))
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise NotYaml(f"*{event.anchor} names nothing that stands before it")
            self._place(self.anchors[event.anchor])

    def _add(self, event: Any, value: Value) -> None:
        tag = event.tag or ""
        if tag.startswith("!") and tag != "!":
            reason = f"{tag} stands here, which something else reads"
            value = Unknown(span=value.span, trace=value.trace, reason=reason)
        if event.anchor:
            self.anchors[event.anchor] = value
        self._place(value)

    def _place(self, value: Value) -> None:
        (self.open[-1].items if self.open else self.root).append(value)

    def _collection(self, ended: _Open, event: yaml.Event) -> Value:
        span, trace = self._span(ended.start, event), self.holder.trace
        if isinstance(ended.start, yaml.SequenceStartEvent):
            return List(span=span, trace=trace, items=tuple(ended.items))
        keys = ended.items[::2]
        # A name that is given twice counts as it is given last, as PyYAML has it.
        members = dict(zip(map(_name, keys), ended.items[1::2], strict=True))
        return Object(span=span, trace=trace, members=_merged(members), keys={_name(key): key.span for key in keys})

    def _scalar(self, event: yaml.ScalarEvent) -> Value:
        span, trace = self._span(event, event), self.holder.trace
        if GAP in event.value:
            holder = self.holder
            return Unknown(
                span=span,
                trace=trace,
                reason=holder.reason if isinstance(holder, Unknown) else "a part of it is unknown",
                references=holder.references if isinstance(holder, Unknown) else (),
                pieces=pieces_of(event.value),
            )
        null = event.implicit[0] and event.value in _NULLS
        return Scalar(span=span, origin=self.holder.origin, trace=trace, data=None if null else event.value)

    def _span(self, start: Any, end: Any) -> Span:
        return self.places.span(start.start_mark.index, end.end_mark.index)


def _merged(members: dict[str, Value]) -> dict[str, Value]:
    """The members with those that `<<` takes from elsewhere; what is written here wins, then what stands first there.

    https://yaml.org/type/merge.html
    """
    source = members.pop(MERGE, None)
    others = source.items if isinstance(source, List) else () if source is None else (source,)
    for other in others:
        for name, value in other.members.items() if isinstance(other, Object) else ():
            members.setdefault(name, value)
    return members


def _name(key: Value) -> str:
    # A name with gaps is told with them, and one that is no text is none that anyone asks for.
    if isinstance(key, Unknown):
        return "".join("…" if piece is None else piece for piece in key.pieces)
    return str(key.data) if isinstance(key, Scalar) and key.data is not None else ""
