"""Terraform's type conversion: a `Value` and a type constraint in, the converted `Value` out.

Only this module knows which type converts to which, how scalars are written as text, and how types are unified.
https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal

from msgspec import Struct
from msgspec.structs import replace

from srm_lint.model.value import Absent, List, Object, Plain, Scalar, Unknown, Value

MAX_DIGITS = 3_000
"""Numbers beyond 10 to this power are not computed with; Python itself prints no more than 4,300 digits."""
MAX_NODES = 200_000
"""A structure is not compared or unified further than this: locals that hold each other twice grow exponentially."""

NUMBERS = Context(prec=155)
"""Terraform's numbers have a mantissa of 512 bits, which is 154 decimal digits."""


class ConversionError(Exception):
    """A value that does not fit a type; the message is a phrase in Terraform's manner ("a number is required")."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Primitive(Struct, frozen=True):
    """`string`, `number`, `bool`, or `any`."""

    name: str


class ListOf(Struct, frozen=True):
    """`list(element)`."""

    element: Type


class SetOf(Struct, frozen=True):
    """`set(element)`."""

    element: Type


class MapOf(Struct, frozen=True):
    """`map(element)`."""

    element: Type


class TupleOf(Struct, frozen=True):
    """`tuple([…])`."""

    elements: tuple[Type, ...]


class Attribute(Struct, frozen=True):
    """One attribute of an object type; `default` is the second argument of `optional()`."""

    type: Type
    optional: bool = False
    default: Value | None = None


class ObjectOf(Struct, frozen=True):
    """`object({…})`."""

    attributes: Mapping[str, Attribute]


Type = Primitive | ListOf | SetOf | MapOf | TupleOf | ObjectOf

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
ANY = Primitive("any")


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


def is_null(value: Value) -> bool:
    """Whether `value` is null, or an argument that nobody wrote, which reads as null."""
    return (isinstance(value, Scalar) and value.data is None) or isinstance(value, Absent)


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


def references_of(values: Iterable[Unknown]) -> tuple[str, ...]:
    """The references of all, each once, in order."""
    return tuple(dict.fromkeys(name for value in values for name in value.references))


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


def friendly(wanted: Type) -> str:
    """The type in the words of Terraform's messages: "list of string", "object"."""
    match wanted:
        case Primitive(name):
            return "any type" if name == "any" else name
        case ListOf(element) | SetOf(element) | MapOf(element):
            word = {ListOf: "list", SetOf: "set", MapOf: "map"}[wanted.__class__]
            return f"{word} of {'any single type' if element == ANY else friendly(element)}"
        case TupleOf():
            return "tuple"
        case ObjectOf():
            return "object"


# Scalars


def to_text(scalar: Scalar) -> str:
    """The text of a string, number or bool. Raises `ConversionError` for null and for numbers beyond `MAX_DIGITS`."""
    data = scalar.data
    if isinstance(data, str):
        return data
    if isinstance(data, bool):
        return "true" if data else "false"
    if data is None:
        raise ConversionError("string required, but it is null")
    return number_text(data)


def number_text(number: int | Decimal) -> str:
    """A number as Terraform prints it: all its digits, no exponent."""
    if isinstance(number, Decimal):
        number = tidy(number)
    if isinstance(number, int):
        if number.bit_length() > MAX_DIGITS * 3.33:
            raise ConversionError(f"a number of more than {MAX_DIGITS:,} digits is not printed")
        return str(number)
    return f"{number:f}"


def tidy(number: int | Decimal) -> int | Decimal:
    """The number as an int where it is whole, without trailing zeros, rounded to what Terraform keeps.

    Raises `ConversionError` for what is not finite and for numbers beyond `MAX_DIGITS`.
    """
    if isinstance(number, int):
        return number
    if not number.is_finite():
        raise ConversionError("a number is required, but the result is not a finite one")
    if abs(number.adjusted()) > MAX_DIGITS:
        raise ConversionError(f"numbers of more than {MAX_DIGITS:,} digits are not computed")
    if number == number.to_integral_value():
        return int(number)
    return number.normalize(NUMBERS)


_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")


def parse_number(text: str) -> int | Decimal:
    """The number that `text` writes in decimal. Raises `ConversionError` where it is none."""
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ConversionError("a number is required")
    return tidy(Decimal(text))


def to_number(scalar: Scalar) -> int | Decimal:
    """The number that a number or string is. Raises `ConversionError`."""
    data = scalar.data
    if isinstance(data, bool) or data is None:
        raise ConversionError("number required")
    if isinstance(data, str):
        return parse_number(data)
    return data


def to_bool(scalar: Scalar) -> bool:
    """The bool that a bool or string is. Raises `ConversionError`."""
    data = scalar.data
    if isinstance(data, bool):
        return data
    if data in ("true", "1"):
        return True
    if data in ("false", "0"):
        return False
    if isinstance(data, str):
        word = data.lower()
        hint = f'; to convert from string, use lowercase "{word}"' if word in ("true", "false") else ""
        raise ConversionError(f"a bool is required{hint}")
    raise ConversionError("bool required")


# Equality and order


class Undetermined(Exception):
    """What was asked depends on an unknown part."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


Key = tuple[object, ...]


def key_of(value: Value) -> Key:
    """A hashable key, the same for two values exactly if Terraform holds them for equal; keys of scalars of one type
    sort as they do.

    Raises `Undetermined` where a part is unknown, `ConversionError` where the structure is too large.
    """
    return _key(value, [MAX_NODES])


def _key(value: Value, budget: list[int]) -> Key:
    budget[0] -= 1
    if budget[0] < 0:
        raise ConversionError(f"structures of more than {MAX_NODES:,} values are not compared")
    match value:
        case Scalar(data=data):
            if data is None:
                return (0,)
            if isinstance(data, bool):
                return (1, data)
            return (3, data) if isinstance(data, str) else (2, data)
        case Absent():
            return (0,)
        case Unknown():
            raise Undetermined(value)
        case List():
            return (4, value.unordered, tuple(_key(item, budget) for item in value.items))
        case Object():
            return (5, tuple((name, _key(value.members[name], budget)) for name in sorted(value.members)))
    raise ConversionError("the value has no equality")


def equal(left: Value, right: Value) -> bool | None:
    """Whether Terraform holds both for equal, without conversion; None where that is not known."""
    try:
        return key_of(left) == key_of(right)
    except Undetermined as undetermined:
        unknown = undetermined.unknown
    other = right if left is unknown else left if right is unknown else None
    if other is not None and unknown.pieces and isinstance(other, Scalar) and not _may_be(unknown.pieces, other.data):
        return False
    return None


def _may_be(pieces: Sequence[str | None], data: Plain) -> bool:
    if not isinstance(data, str):
        return False
    return data.startswith(pieces[0] or "") and data.endswith(pieces[-1] or "")


def make_set(items: Iterable[Value], like: Value) -> List:
    """The set of `items`: sorted, distinct, unknown ones last; span and trace of `like`."""
    known: dict[Key, Value] = {}
    open_: list[Value] = []
    for item in items:
        try:
            known.setdefault(key_of(item), item)
        except Undetermined:
            open_.append(item)
    ordered = [known[key] for key in sorted(known, key=_order)]
    return List(
        span=like.span,
        origin=like.origin,
        trace=like.trace,
        sensitive=like.sensitive,
        items=(*ordered, *open_),
        unordered=True,
    )


def _order(key: Key) -> tuple[int, object]:
    rank = key[0]
    return (1, key) if rank in (0, 1, 2, 3) else (2, repr(key))


# Unification


def type_of(value: Value) -> Type:
    """The most exact type of a value: lists read as tuples, maps as objects; null and unknown are `any`."""
    return _type_of(value, [MAX_NODES])


def _type_of(value: Value, budget: list[int]) -> Type:
    budget[0] -= 1
    if budget[0] < 0:
        raise ConversionError(f"structures of more than {MAX_NODES:,} values are not unified")
    match value:
        case Scalar(data=data) if data is not None:
            if isinstance(data, bool):
                return BOOL
            return STRING if isinstance(data, str) else NUMBER
        case List(items=items):
            types = tuple(_type_of(item, budget) for item in items)
            return SetOf(unify_types(types)) if value.unordered else TupleOf(types)
        case Object(members=members):
            return ObjectOf({name: Attribute(_type_of(member, budget)) for name, member in members.items()})
    return ANY


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


def unify_types(types: Sequence[Type]) -> Type:
    """The type that all of `types` convert to without loss, `any` for none. Raises `ConversionError` where there is no
    such type.
    """
    wanted = [each for each in types if each != ANY]
    if not wanted:
        return ANY
    if all(isinstance(each, Primitive) for each in wanted):
        return _unify_primitives(wanted)
    if all(isinstance(each, ObjectOf | MapOf) for each in wanted):
        return _unify_objects(wanted)
    if all(isinstance(each, TupleOf | ListOf | SetOf) for each in wanted):
        return _unify_sequences(wanted)
    raise ConversionError("all elements must have the same type")


def _unify_primitives(types: Sequence[Type]) -> Type:
    names = set(types)
    if len(names) == 1:
        return types[0]
    if STRING in names:
        return STRING
    raise ConversionError("all elements must have the same type, but they are number and bool")


def _unify_objects(types: Sequence[Type]) -> Type:
    objects = [each for each in types if isinstance(each, ObjectOf)]
    if len(objects) == len(types) and len({frozenset(each.attributes) for each in objects}) == 1:
        names = objects[0].attributes
        return ObjectOf(
            {name: Attribute(unify_types([each.attributes[name].type for each in objects])) for name in names}
        )
    elements: list[Type] = []
    for each in types:
        if isinstance(each, ObjectOf):
            elements.extend(attribute.type for attribute in each.attributes.values())
        elif isinstance(each, MapOf):
            elements.append(each.element)
    return MapOf(unify_types(elements))


def _unify_sequences(types: Sequence[Type]) -> Type:
    tuples = [each for each in types if isinstance(each, TupleOf)]
    if len(tuples) == len(types) and len({len(each.elements) for each in tuples}) == 1:
        columns = zip(*(each.elements for each in tuples), strict=True)
        return TupleOf(tuple(unify_types(column) for column in columns))
    elements: list[Type] = []
    for each in types:
        if isinstance(each, TupleOf):
            elements.extend(each.elements)
        elif isinstance(each, ListOf | SetOf):
            elements.append(each.element)
    element = unify_types(elements)
    return SetOf(element) if all(isinstance(each, SetOf) for each in types) else ListOf(element)
