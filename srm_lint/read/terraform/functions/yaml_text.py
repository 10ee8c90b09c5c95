"""YAML: values to text and text to values, with PyYAML for the syntax and Terraform's own reading of plain scalars.

https://developer.hashicorp.com/terraform/language/functions/yamldecode says which subset of YAML 1.2 Terraform reads;
https://github.com/zclconf/go-cty-yaml says how plain scalars are read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import yaml

from srm_lint.model.value import List, Object, Plain, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import ConversionError, is_null, parse_number
from srm_lint.read.terraform.functions.signature import LimitError, take_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srm_lint.model.source import Span
    from srm_lint.read.terraform.functions.documents import Writer

MAX_DEPTH = 100
"""Deeper documents are refused: none is written by hand."""

# Writing

_GAP = re.compile("\ue000([0-9]+)\ue001")
_TAG = "tag:yaml.org,2002:"


def write(value: Value, writer: Writer) -> None:
    """Write `value` in block style, names sorted; unknown parts stay gaps."""
    gaps: list[Unknown] = []
    node = _node(value, gaps, [200_000])
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.serialize(node, Dumper=dumper, allow_unicode=True, width=1 << 30).removesuffix("...\n")
    if not gaps:
        writer.write(text)
        return
    for position, part in enumerate(_GAP.split(text)):
        writer.write(gaps[int(part)] if position % 2 else part)


def _node(value: Value, gaps: list[Unknown], budget: list[int]) -> yaml.Node:
    budget[0] -= 1
    if budget[0] < 0:
        raise LimitError("The value is too large to be written as YAML by srm-lint.")
    match value:
        case Unknown():
            gaps.append(Unknown(span=value.span, reason=value.reason, references=value.references))
            return yaml.ScalarNode(f"{_TAG}str", f"\ue000{len(gaps) - 1}\ue001")
        case List(items=items):
            nodes = [_node(item, gaps, budget) for item in items]
            return yaml.SequenceNode(f"{_TAG}seq", nodes, flow_style=not nodes)
        case Object(members=members):
            pairs = [(_text_node(name), _node(members[name], gaps, budget)) for name in sorted(members)]
            return yaml.MappingNode(f"{_TAG}map", pairs, flow_style=not pairs)
        case Scalar(data=str() as data):
            return _text_node(data)
    if is_null(value):
        return yaml.ScalarNode(f"{_TAG}null", "null")
    text = take_text(value)
    return yaml.ScalarNode(_TAG + _type_word(value), text)


def _type_word(value: Value) -> str:
    data = value.data if isinstance(value, Scalar) else None
    return "bool" if isinstance(data, bool) else "int" if isinstance(data, int) else "float"


def _text_node(text: str) -> yaml.Node:
    return yaml.ScalarNode(f"{_TAG}str", text.replace("\ue000", "\ufffd"), style="|" if "\n" in text else '"')


# Reading


def parse(text: str, span: Span) -> Value:
    """The value of the one document in `text`, all of it at `span`. Aliases share the value of their anchor."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(span).build(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        place = f" on line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConversionError(f"invalid YAML{place}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ConversionError(f"invalid YAML: {error}") from None


class _Builder:
    """Makes values from events, without recursion: the composers of PyYAML overflow the stack on deep documents."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.anchors: dict[str, Value] = {}

    def build(self, events: Iterator[yaml.Event]) -> Value:
        open_: list[tuple[yaml.CollectionStartEvent, list[Value]]] = []
        top: list[Value] = []
        documents = 0
        for event in events:
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise ConversionError("a YAML stream of several documents is not supported")
                    continue
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    open_.append((event, []))
                    if len(open_) > MAX_DEPTH:
                        raise LimitError(f"The YAML is nested more than {MAX_DEPTH} levels deep.")
                    continue
                case yaml.ScalarEvent():
                    value = self._scalar(event)
                case yaml.AliasEvent(anchor=anchor):
                    value = self._alias(anchor)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    start, parts = open_.pop()
                    value = self._collection(start, parts)
                case _:
                    continue
            (open_[-1][1] if open_ else top).append(value)
        return top[0] if top else Scalar(span=self.span, data=None)

    def _collection(self, start: yaml.CollectionStartEvent, parts: list[Value]) -> Value:
        value = self._object(parts) if isinstance(start, yaml.MappingStartEvent) else None
        if value is None:
            value = List(span=self.span, items=tuple(parts))
        return self._anchored(start.anchor, value)

    def _anchored(self, anchor: str | None, value: Value) -> Value:
        if anchor is not None:
            self.anchors[anchor] = value
        return value

    def _object(self, parts: list[Value]) -> Value:
        members: dict[str, Value] = {}
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if not isinstance(key, Scalar) or key.data is None:
                raise ConversionError("only strings, numbers and bools can be mapping keys")
            name = take_text(key)
            if name == "<<" and isinstance(value, Object):
                members = {**value.members, **members}
            else:
                members[name] = value
        return Object(span=self.span, members=members)

    def _alias(self, anchor: str | None) -> Value:
        if anchor is None or anchor not in self.anchors:
            raise ConversionError(f'the alias "{anchor}" refers to no earlier anchor, or to what holds it')
        return self.anchors[anchor]

    def _scalar(self, event: yaml.ScalarEvent) -> Value:
        plain = event.implicit[0]
        tag = (event.tag or "").removeprefix(_TAG)
        data = _resolve(tag, event.value) if plain or tag not in ("", "!") else event.value
        return self._anchored(event.anchor, Scalar(span=self.span, data=data))


_WORDS: dict[str, Plain] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
}
_INTEGER = re.compile(r"-?0(?:x[0-9a-fA-F]+|b[01]+|o?[0-7]+)")


def _resolve(tag: str, text: str) -> Plain:
    if tag in ("str", "binary"):
        return text
    if tag not in ("", "bool", "null", "int", "float", "timestamp"):
        raise ConversionError(f'the YAML tag "{tag}" is not supported')
    if text in _WORDS:
        return _WORDS[text]
    if (time := _timestamp(text)) is not None and tag in ("", "timestamp"):
        return time
    number = text.replace("_", "") if text[0].isdigit() or text[0] in "+-" else text
    if number[0] in "+-.0123456789":
        try:
            return parse_number(number)
        except ConversionError:
            pass  # no number, so a text
    if (tag in ("int", "float") or number.lstrip("-").startswith("0b")) and _INTEGER.fullmatch(number):
        return int(number, 0)
    if tag:
        raise ConversionError(f'cannot parse "{text}" as !!{tag}')
    return text


_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?P<between>[Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d{1,9})?(?P<zone>Z|[+-]\d\d:\d\d)?)?"
)


def _timestamp(text: str) -> str | None:
    """A date or time as RFC 3339, or None where `text` is neither."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None or (match["between"] is not None and (match["between"] == " ") is (match["zone"] is not None)):
        return None
    year, month, day, _, hour, minute, second, zone = match.groups(default="0")
    try:
        found = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=_zone(zone))
    except ValueError:
        return None
    written = found.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return written + (zone if zone[0] in "+-" and zone[1:] != "00:00" else "Z")


def _zone(zone: str) -> timezone:
    if zone[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return timezone(-offset if zone[0] == "-" else offset)
