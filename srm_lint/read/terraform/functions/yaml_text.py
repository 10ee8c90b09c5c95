"""YAML: values to text and text to values, with PyYAML for the syntax and Terraform's own reading of plain scalars.

https://developer.hashicorp.com/terraform/language/functions/yamldecode says which subset of YAML 1.2 Terraform reads;
https://github.com/zclconf/go-cty-yaml says how plain scalars are read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import yaml

from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Plain, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import ConversionError, friendly, is_null, parse_number, to_text, type_of
from srm_lint.read.terraform.functions.encoding import decoded
from srm_lint.read.terraform.functions.parameters import take_text
from srm_lint.read.terraform.functions.signature import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    text = yaml.serialize(node, Dumper=dumper, allow_unicode=True).removesuffix("...\n")
    if isinstance(node, yaml.ScalarNode) and not node.style:
        text += (
            "...\n"  # versions of libyaml differ in when they end a document: Terraform's does behind a plain scalar
        )
    if not gaps:
        writer.write(text)
        return
    parts = _GAP.split(text)
    if isinstance(node, yaml.ScalarNode) or len(parts) != 2 * len(gaps) + 1:  # a text may hold the marks of gaps
        writer.write(gaps[0])
        return
    for position, part in enumerate(parts):
        if position % 2:
            writer.write(gaps[int(part)])
        else:  # a list stands on the lines below its name, so that no space follows
            writer.write(part.removesuffix(" ") if part.endswith(": ") else part)


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
    return yaml.ScalarNode(f"{_TAG}str", text, style="|" if "\n" in text else '"')


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
        open_: list[tuple[yaml.CollectionStartEvent, list[_Part]]] = []
        top: list[_Part] = []
        documents = 0
        for event in events:
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    _check_start(event, documents)
                    continue
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    open_.append((event, []))
                    if len(open_) > MAX_DEPTH:
                        raise LimitError(f"The YAML is nested more than {MAX_DEPTH} levels deep.")
                    continue
                case yaml.ScalarEvent():
                    if open_ and isinstance(open_[-1][0], yaml.MappingStartEvent) and len(open_[-1][1]) % 2 == 0:
                        open_[-1][1].append(_key(event))  # the anchor of a key names nothing
                        continue
                    value: Value = self._anchored(event.anchor, Scalar(span=self.span, data=_scalar(event)))
                case yaml.AliasEvent(anchor=anchor):
                    value = self._alias(anchor)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    start, parts = open_.pop()
                    value = self._anchored(start.anchor, self._collection(start, parts))
                case _:
                    continue
            (open_[-1][1] if open_ else top).append(value)
        for found in top:
            if isinstance(found, Value):
                return found
        raise ConversionError("missing start of document")

    def _collection(self, start: yaml.CollectionStartEvent, parts: Sequence[_Part]) -> Value:
        mapping = isinstance(start, yaml.MappingStartEvent)
        if start.tag not in (None, f"{_TAG}map" if mapping else f"{_TAG}seq"):
            raise ConversionError(f"can't interpret {'mapping' if mapping else 'sequence'} as {start.tag}")
        if mapping:
            return self._object(parts)
        return List(span=self.span, items=tuple([part for part in parts if isinstance(part, Value)]))

    def _anchored(self, anchor: str | None, value: Value) -> Value:
        if anchor is not None:
            self.anchors[anchor] = value
        return value

    def _object(self, parts: Sequence[_Part]) -> Value:
        members: dict[str, Value] = {}
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if key is MERGE:
                for merged in _merged(value):
                    members.update(merged)
            elif isinstance(key, str) and isinstance(value, Value):
                members[key] = value
            else:
                raise ConversionError("only strings are allowed as mapping keys")
        return Object(span=self.span, members=members)

    def _alias(self, anchor: str | None) -> Value:
        if anchor is None or anchor not in self.anchors:
            raise ConversionError(f'the alias "{anchor}" refers to no earlier anchor, or to what holds it')
        return self.anchors[anchor]


def _check_start(event: yaml.DocumentStartEvent, number: int) -> None:
    if number > 1:
        raise ConversionError("only a single document is allowed")
    if event.version not in (None, (1, 1)):
        raise ConversionError("found incompatible YAML document")


MERGE = object()
"""The key `<<`, where it means that what follows is merged into the mapping."""
_Part = Value | str | object


def _key(event: yaml.ScalarEvent) -> _Part:
    if event.value == "<<" and not event.tag:
        return MERGE
    data = _resolve((event.tag or "").removeprefix(_TAG), event)
    if data is None:
        raise ConversionError("mapping key cannot be null")
    return to_text(Scalar(span=_NOWHERE, data=data))


def _merged(value: _Part) -> Iterator[Mapping[str, Value]]:
    """The members of a mapping; those of a sequence of mappings are merged by OpenTofu only."""
    for each in value.items if isinstance(value, List) else (value,):
        if not isinstance(each, Object):
            what = friendly(type_of(each)) if isinstance(each, Value) else "a key"
            raise ConversionError(f"cannot merge {what} into mapping")
        yield each.members


def _scalar(event: yaml.ScalarEvent) -> Plain:
    data = _resolve((event.tag or "").removeprefix(_TAG), event)
    if event.tag is None and event.style in ("|", ">") and data is not None:
        return to_text(Scalar(span=_NOWHERE, data=data))  # a text, but one that was read like a plain one
    return data


_NOWHERE = Span("", 1, 1, 1, 1)
_WORDS: dict[str, Plain] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
}
_FIRST = frozenset("+-.0123456789yYnNtTfFoO~")
"""What a text begins with that may be something else."""
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
# https://yaml.org/spec/1.2-old/spec.html#id2805071
_NUMBER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_PREFIXED = re.compile(r"[-+]?0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+)")


def _resolve(tag: str, event: yaml.ScalarEvent) -> Plain:
    text: str = event.value
    if tag not in ("", "str", "binary", "bool", "null", "int", "float", "timestamp"):
        raise ConversionError(f'unsupported tag "{event.tag}"')
    if (not text or text[0] in _FIRST) and tag not in ("str", "binary"):
        if event.style in ("'", '"'):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INFINITY.fullmatch(text):
            raise LimitError("The YAML holds an infinite number, which srm-lint does not compute.")
        if tag == "" and text in _NOT_A_NUMBER:
            raise ConversionError("floating point NaN is not supported")
        if tag in ("", "timestamp") and (time := _timestamp(text)) is not None:
            return time
        if _NUMBER.fullmatch(text):
            tag = "float"
    return text if tag in ("", "str") else _tagged(tag, text)


def _tagged(tag: str, text: str) -> Plain:
    if tag == "null":
        return None
    if tag in ("int", "float"):
        number = text.replace("_", "")
        try:
            return parse_number(number)
        except ConversionError:
            if _PREFIXED.fullmatch(number):
                return int(re.sub(r"^([-+]?0)(?=[0-9])", r"\1o", number), 0)
    if tag == "binary":
        decoded(text)
        return text
    raise ConversionError(f'cannot parse "{text}" as {_TAG}{tag}')


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
