"""Terraform's type conversion: a `Value` and a type constraint in, the converted `Value` out.

Only this module knows which type converts to which. It is also the door to what conversion rests on: `scalars`,
`equality`, `unification`. https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import is_

from msgspec.structs import replace

from srm_lint.model.value import List, Object, Partly, Plain, Scalar, Unknown, Value
from srm_lint.read.terraform.equality import (
    Key,
    Undetermined,
    equal,
    key_of,
    make_set,
    references_of,
    size_of,
    unordered_unknown,
)
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
    alike,
    friendly,
    holds_any,
    null_of,
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
    "alike",
    "as_others",
    "convert",
    "convert_items",
    "equal",
    "friendly",
    "holds_any",
    "is_null",
    "key_of",
    "make_set",
    "number_text",
    "parse_number",
    "references_of",
    "size_of",
    "tidy",
    "to_bool",
    "to_number",
    "to_text",
    "type_of",
    "unify",
    "unify_types",
    "unordered_unknown",
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
    if isinstance(value, Scalar) and value.data is None:
        return value if wanted == ANY else null_of(wanted, value)
    if wanted is ANY or wanted == ANY or is_null(value):
        return value
    match wanted:
        case Primitive():
            return _convert_scalar(value, wanted)
        case ListOf(element):
            return _convert_to_list(_list(value, wanted), element)
        case SetOf(element):
            return make_set(convert_items(_list(value, wanted).items, element), value)
        case MapOf(element):
            return _convert_to_map(value, element)
        case TupleOf(elements):
            return _convert_to_tuple(value, elements)
        case ObjectOf(attributes):
            return _convert_to_object(value, attributes)


def _convert_unknown(value: Unknown, wanted: Type) -> Value:
    if isinstance(value, Partly):
        return _convert_partly(value, wanted)
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


def _convert_partly(value: Partly, wanted: Type) -> Value:
    members = value.members
    match wanted:
        case MapOf(element):
            members = {name: _part(f'element "{name}"', member, element) for name, member in members.items()}
        case ObjectOf(attributes):
            named = [(name, each.type) for name, each in attributes.items() if name in members]
            members = {name: _part(f'attribute "{name}"', members[name], type_) for name, type_ in named}
    return replace(value, members=members)


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


def _list(value: Value, wanted: Type) -> List:
    if not isinstance(value, List):
        raise ConversionError(f"{friendly(wanted)} required")
    return value


def convert_items(items: Sequence[Value], element: Type) -> tuple[Value, ...]:
    """The items as those of a `list(element)`. Raises `ConversionError`, whose message says which item does not fit."""
    if element == ANY:
        return unify(items)
    return tuple([_part(f"element {position}", item, element) for position, item in enumerate(items)])


def _convert_to_list(value: List, element: Type) -> Value:
    items = convert_items(value.items, element)
    if (open_ := unordered_unknown(value)) is not None:  # neither its order nor its length is known
        unknown = [item for item in items if isinstance(item, Unknown)]
        return Unknown(span=value.span, trace=value.trace, reason=open_.reason, references=references_of(unknown))
    if value.uniform and not value.unordered and all(map(is_, items, value.items)):
        return value
    return replace(value, items=items, unordered=False, uniform=True)


def _convert_to_map(value: Value, element: Type) -> Value:
    if not isinstance(value, Object):
        raise ConversionError(f"{friendly(MapOf(element))} required")
    if not isinstance(value.members, dict):  # what is behind an address is not looked into before it is asked for
        return value
    if element == ANY:
        members = dict(zip(value.members, unify(tuple(value.members.values())), strict=True))
    else:
        members = {name: _part(f'element "{name}"', member, element) for name, member in value.members.items()}
    if value.uniform and all(map(is_, members.values(), value.members.values())):
        return value
    return replace(value, members=members, uniform=True)


def _part(place: str, value: Value, wanted: Type) -> Value:
    try:
        return _convert(value, wanted)
    except ConversionError as error:
        raise ConversionError(f"{place}: {error.message}") from None


def _convert_to_tuple(value: Value, elements: tuple[Type, ...]) -> Value:
    if not isinstance(value, List) or value.unordered or value.uniform:
        raise ConversionError("tuple required")
    if len(value.items) != len(elements):
        raise ConversionError(f"tuple of {len(elements)} elements required, but it has {len(value.items)}")
    pairs = enumerate(zip(value.items, elements, strict=True))
    items = tuple([_part(f"element {position}", item, element) for position, (item, element) in pairs])
    return value if all(map(is_, items, value.items)) else replace(value, items=items)


def _convert_to_object(value: Value, attributes: Mapping[str, Attribute]) -> Value:
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
        members[name] = _part(f'attribute "{name}"', given, attribute.type)
    keys = {name: span for name, span in value.keys.items() if name in members}
    return replace(value, members=members, keys=keys, uniform=False)


def unify(values: Sequence[Value]) -> tuple[Value, ...]:
    """All values converted to their one common type, as the arms of a conditional and the elements of a list are.

    Null and unknown fit any type. Raises `ConversionError` where there is no common type.
    """
    if all(isinstance(value, Scalar) for value in values):
        kinds = {value.data.__class__ for value in values if isinstance(value, Scalar)} - {None.__class__}
        if len(kinds) <= 1:
            return tuple(values)
    try:
        types = [type_of(value) for value in values]
        common = unify_types([each for each in types if each != ANY])
        return tuple([as_others(value, each, common) for value, each in zip(values, types, strict=True)])
    except RecursionError:
        raise ConversionError("the value is nested too deeply for srm-lint") from None


def as_others(value: Value, of: Type, common: Type) -> Value:
    """`value`, which is of the type `of`, converted to the type that it has in common with others; as it is where that
    is not wholly known, and it does not fit what is. Raises `ConversionError`.
    """
    try:
        return _retyped(value, of, common)
    except ConversionError:
        if holds_any(common):
            return value
        raise


def _retyped(value: Value, of: Type, wanted: Type) -> Value:
    """As `_convert`, but what is of the wanted type already is not looked through again."""
    if of == wanted:
        return value
    match value, of, wanted:
        case List(), TupleOf(ones), ListOf(element):
            items = tuple([_retyped(item, one, element) for item, one in zip(value.items, ones, strict=True)])
            return replace(value, items=items, uniform=True)
        case Object(), ObjectOf(ones), MapOf(element) if element != ANY:
            members = {name: _retyped(member, ones[name].type, element) for name, member in value.members.items()}
            return replace(value, members=members, uniform=True)
    return _convert(value, wanted)
