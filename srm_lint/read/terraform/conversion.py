"""Terraform's type conversion: a `Value` and a type constraint in, the converted `Value` out.

Only this module knows which type converts to which. It is also the door to what conversion rests on: `scalars`,
`equality`, `unification`. https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from srm_lint.model.value import List, Object, Plain, Scalar, Unknown, Value
from srm_lint.read.terraform.equality import Key, Undetermined, equal, key_of, make_set, references_of
from srm_lint.read.terraform.scalars import (
    MAX_DIGITS,
    NUMBERS,
    ConversionError,
    is_null,
    number_text,
    parse_number,
    tidy,
    to_bool,
    to_number,
    to_text,
)
from srm_lint.read.terraform.unification import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    Attribute,
    ListOf,
    MapOf,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    Type,
    friendly,
    type_of,
    unify_types,
)

__all__ = [
    "ANY",
    "BOOL",
    "MAX_DIGITS",
    "NUMBER",
    "NUMBERS",
    "STRING",
    "Attribute",
    "ConversionError",
    "Key",
    "ListOf",
    "MapOf",
    "ObjectOf",
    "Primitive",
    "SetOf",
    "TupleOf",
    "Type",
    "Undetermined",
    "convert",
    "convert_items",
    "equal",
    "friendly",
    "is_null",
    "key_of",
    "make_set",
    "number_text",
    "parse_number",
    "references_of",
    "tidy",
    "to_bool",
    "to_number",
    "to_text",
    "type_of",
    "unify",
    "unify_types",
]


def convert(value: Value, type: Type) -> Value:  # noqa: A002 - the word that users know
    """`value` as Terraform passes it to something of this type: converted where it can be, spans and traces kept.

    Defaults of `optional()` are filled in, attributes that the type does not name are dropped, an `Unknown` passes with
    its reason (its candidates converted), and null stays null. Raises `ConversionError`, whose message says where and
    what was wanted.
    """
    try:
        return _convert(value, type)
    except RecursionError:
        raise ConversionError("the value is nested too deeply for srm-lint") from None


def _convert(value: Value, wanted: Type) -> Value:
    if isinstance(value, Unknown):
        return _convert_unknown(value, wanted)
    if wanted is ANY or wanted == ANY or is_null(value):
        return value
    match wanted:
        case Primitive():
            return _convert_scalar(value, wanted)
        case ListOf(element):
            return _convert_sequence(value, element, wanted)
        case SetOf(element):
            return make_set(convert_items(_items(value, wanted), element), value)
        case MapOf(element):
            return _convert_map(value, element)
        case TupleOf(elements):
            return _convert_tuple(value, elements)
        case ObjectOf(attributes):
            return _convert_object(value, attributes)


def _convert_unknown(value: Unknown, wanted: Type) -> Value:
    if not value.candidates or wanted == ANY:
        return value
    fitting: list[Value] = []
    misfit: ConversionError | None = None
    for candidate in value.candidates:
        try:
            fitting.append(_convert(candidate, wanted))
        except ConversionError as error:
            misfit = error
    if misfit is not None and not fitting:
        raise misfit
    if fitting == list(value.candidates):
        return value
    return replace(value, candidates=tuple(fitting))


def _convert_scalar(value: Value, wanted: Primitive) -> Value:
    if not isinstance(value, Scalar):
        raise ConversionError(f"{friendly(wanted)} required")
    data: Plain
    if wanted == STRING:
        data = to_text(value)
    elif wanted == NUMBER:
        data = to_number(value)
    else:
        data = to_bool(value)
    return value if data is value.data else replace(value, data=data)


def _items(value: Value, wanted: Type) -> tuple[Value, ...]:
    if not isinstance(value, List):
        raise ConversionError(f"{friendly(wanted)} required")
    return value.items


def convert_items(items: Sequence[Value], element: Type) -> tuple[Value, ...]:
    """The items as those of a `list(element)`. Raises `ConversionError`, whose message says which item does not fit."""
    if element == ANY:
        return unify(items)
    converted = []
    for position, item in enumerate(items):
        try:
            converted.append(_convert(item, element))
        except ConversionError as error:
            raise ConversionError(f"element {position}: {error.message}") from None
    return tuple(converted)


def _convert_sequence(value: Value, element: Type, wanted: Type) -> Value:
    items = convert_items(_items(value, wanted), element)
    if isinstance(value, List) and value.unordered:
        unknown = [item for item in items if isinstance(item, Unknown)]
        if unknown and len(items) > 1:  # neither its order nor its length is known
            return Unknown(
                span=value.span, trace=value.trace, reason=unknown[0].reason, references=references_of(unknown)
            )
        return List(span=value.span, origin=value.origin, trace=value.trace, sensitive=value.sensitive, items=items)
    return replace(value, items=items)


def _convert_map(value: Value, element: Type) -> Value:
    if not isinstance(value, Object):
        raise ConversionError(f"{friendly(MapOf(element))} required")
    if element == ANY:
        members = dict(zip(value.members, unify(tuple(value.members.values())), strict=True))
        return replace(value, members=members)
    members = {}
    for name, member in value.members.items():
        try:
            members[name] = _convert(member, element)
        except ConversionError as error:
            raise ConversionError(f'element "{name}": {error.message}') from None
    return replace(value, members=members)


def _convert_tuple(value: Value, elements: tuple[Type, ...]) -> Value:
    if not isinstance(value, List) or value.unordered:
        raise ConversionError("tuple required")
    if len(value.items) != len(elements):
        raise ConversionError(f"tuple of {len(elements)} elements required, but it has {len(value.items)}")
    items = []
    for position, (item, element) in enumerate(zip(value.items, elements, strict=True)):
        try:
            items.append(_convert(item, element))
        except ConversionError as error:
            raise ConversionError(f"element {position}: {error.message}") from None
    return replace(value, items=tuple(items))


def _convert_object(value: Value, attributes: Mapping[str, Attribute]) -> Value:
    if not isinstance(value, Object):
        raise ConversionError("object required")
    members: dict[str, Value] = {}
    for name, attribute in attributes.items():
        given = value.members.get(name)
        # A default stands in for null too: https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes
        if attribute.default is not None and (given is None or is_null(given)):
            given = attribute.default
        if given is None:
            if not attribute.optional:
                raise ConversionError(f'attribute "{name}" is required')
            given = Scalar(span=value.span, origin=value.origin, trace=value.trace, data=None)
        try:
            members[name] = _convert(given, attribute.type)
        except ConversionError as error:
            raise ConversionError(f'attribute "{name}": {error.message}') from None
    return replace(value, members=members, keys={name: span for name, span in value.keys.items() if name in members})


def unify(values: Sequence[Value]) -> tuple[Value, ...]:
    """All values converted to their one common type, as the arms of a conditional and the elements of a list are.

    Null and unknown fit any type. Raises `ConversionError` where there is no common type.
    """
    if all(isinstance(value, Scalar) for value in values):
        kinds = {value.data.__class__ for value in values if isinstance(value, Scalar)} - {None.__class__}
        if len(kinds) <= 1:
            return tuple(values)
    try:
        common = unify_types([type_of(value) for value in values])
        return tuple(_convert(value, common) for value in values)
    except RecursionError:
        raise ConversionError("the value is nested too deeply for srm-lint") from None
