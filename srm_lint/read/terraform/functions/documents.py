"""JSON and YAML: structures to text and back.

https://developer.hashicorp.com/terraform/language/functions/jsonencode, …/jsondecode, …/yamlencode, …/yamldecode
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from operator import is_

from msgspec.structs import replace

from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import ConversionError, Undetermined, tidy, unordered_unknown
from srm_lint.read.terraform.functions.parameters import anything, take_text
from srm_lint.read.terraform.functions.pieces import Part, compose
from srm_lint.read.terraform.functions.signature import MAX_TEXT, Function, LimitError, Site, Table

_PART = 32
"""What each part counts at least, in characters: many short ones take as long as few long ones."""


class Writer:
    """Parts of a text, counted while they are written: values that hold each other twice grow exponentially."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.parts: list[Part] = []
        self._size = 0

    def write(self, part: Part) -> None:
        """Add `part`. Raises `LimitError`."""
        self._size += max(_PART, len(part)) if isinstance(part, str) else _PART
        if self._size > MAX_TEXT:
            raise LimitError(f'"{self.site.name}" would give more than {MAX_TEXT:,} characters.')
        self.parts.append(part)

    def finish(self, structure: Value) -> Value:
        """The text as a value that remembers its structure."""
        text = compose(self.parts, self.site, structure)
        return text if isinstance(text, Unknown) else Scalar(span=self.site.span, data=text, encodes=structure)


# JSON


def _jsonencode(site: Site, value: Value) -> Value:
    writer = Writer(site)
    write_json(value, writer)
    return writer.finish(value)


def write_json(
    value: Value, writer: Writer, *, line: str = "", order: Callable[[Iterable[str]], list[str]] = sorted
) -> None:
    """Write the JSON of `value`; unknown parts stay gaps.

    Names stand in `order`. The text is compact, or each item has a line of its own, where `line` is a line end with the
    margin, as Go's `json.MarshalIndent` writes it.
    """
    match value:
        case Unknown(pieces=pieces) if pieces:
            writer.write('"')
            for piece in pieces:
                writer.write(
                    Unknown(span=value.span, reason=value.reason, references=value.references)
                    if piece is None
                    else json_string(piece)[1:-1]
                )
            writer.write('"')
        case Unknown():
            writer.write(value)
        case List() if unordered := unordered_unknown(value):
            writer.write("[")
            writer.write(unordered)
            writer.write("]")
        case List(items=items):
            inner = line and f"{line}{_MARGIN}"
            writer.write("[")
            for position, item in enumerate(items):
                writer.write(f"{',' if position else ''}{inner}")
                write_json(item, writer, line=inner, order=order)
            writer.write(f"{line if items else ''}]")
        case Object(members=members):
            inner = line and f"{line}{_MARGIN}"
            writer.write("{")
            for position, name in enumerate(order(members)):
                writer.write(f"{',' if position else ''}{inner}{json_string(name)}:{' ' if line else ''}")
                write_json(members[name], writer, line=inner, order=order)
            writer.write(f"{line if members else ''}}}")
        case Scalar(data=str() as data):
            writer.write(json_string(data))
        case Scalar(data=data) if data is not None:
            writer.write(take_text(value))
        case _:
            writer.write("null")


_MARGIN = "  "
_ESCAPES = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})


def json_string(text: str) -> str:
    """`text` as a JSON string with Terraform's escapes, which also cover <, >, &, U+2028 and U+2029."""
    from json.encoder import encode_basestring

    return encode_basestring(text).translate(_ESCAPES)


def _jsondecode(text: Value) -> object:
    if (structure := _encoded(text)) is not None:
        return structure
    if isinstance(text, Unknown):
        raise Undetermined(text)
    import json

    source = take_text(text)
    try:
        decoded = json.loads(source, parse_float=_json_number, parse_int=_json_number, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ConversionError(f"invalid JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise LimitError("The JSON is nested too deeply for srm-lint.") from None
    return _of_tuples(decoded)


def _of_tuples(decoded: object) -> object:
    """What was decoded, with tuples for lists: JSON does not say that all elements are of one type."""
    if isinstance(decoded, dict):
        return {_SURROGATE.sub("\ufffd", name): _of_tuples(member) for name, member in decoded.items()}
    if isinstance(decoded, str):
        return _SURROGATE.sub("\ufffd", decoded)
    return tuple([_of_tuples(item) for item in decoded]) if isinstance(decoded, list) else decoded


_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character that an escape may write, but no text can hold."""


def _encoded(text: Value) -> Value | None:
    """The structure that `text` was encoded from, which need not be read again, and has its spans."""
    if not isinstance(text, Scalar | Unknown) or text.encodes is None:
        return None
    return _structural(text.encodes, {}).inside(text)


def _structural(value: Value, known: dict[int, Value]) -> Value:
    """`value` as its text tells it: with tuples for lists and sets, and objects for maps; each part once, however often
    it is shared.
    """
    if not isinstance(value, List | Object):
        return value
    if (found := known.get(id(value))) is not None:
        return found
    result: Value = value
    if isinstance(value, List):
        items = tuple([_structural(item, known) for item in value.items])
        if value.uniform or value.unordered or not all(map(is_, items, value.items)):
            result = replace(value, items=items, uniform=False, unordered=False)
    elif isinstance(value.members, dict):
        members = {name: _structural(member, known) for name, member in value.members.items()}
        if value.uniform or not all(map(is_, members.values(), value.members.values())):
            result = replace(value, members=members, uniform=False)
    known[id(value)] = result
    return result


def _json_number(text: str) -> int | Decimal:
    if len(text) > 1000:
        raise LimitError("The JSON holds a number of more than 1,000 digits, which srm-lint does not compute.")
    return tidy(Decimal(text))


def _no_constant(text: str) -> None:
    raise ConversionError(f"invalid JSON: {text} is no JSON value")


# YAML: the work is in its own module, since few modules need it


def _yamlencode(site: Site, value: Value) -> Value:
    from srm_lint.read.terraform.functions.yaml_text import write

    writer = Writer(site)
    write(value, writer)
    return writer.finish(value)


def _yamldecode(site: Site, text: Value) -> Value:
    if (structure := _encoded(text)) is not None:
        return structure
    if isinstance(text, Unknown):
        raise Undetermined(text)
    from srm_lint.read.terraform.functions.yaml_text import parse

    return parse(take_text(text), site.span)


TABLE: Table = {
    "jsondecode": Function((anything("str", open=True),), _jsondecode, carries=True),
    "jsonencode": Function((anything("val", open=True),), _jsonencode, sited=True),
    "yamldecode": Function((anything("src", open=True),), _yamldecode, sited=True, carries=True),
    "yamlencode": Function((anything("value", open=True),), _yamlencode, sited=True),
}
