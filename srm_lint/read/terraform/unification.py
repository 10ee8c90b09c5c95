"""Terraform's types: what a value's type is, and the one type that several types convert to.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from srm_lint.model.value import List, Object, Scalar, Value
from srm_lint.read.terraform.scalars import ConversionError

MAX_NODES = 200_000
"""The type of a larger structure is not computed: locals that hold each other twice grow exponentially."""
MAX_WANTED = 16
"""Of more types than these, the one that all others convert to is not looked for: that takes each with each."""


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


def type_of(value: Value, budget: list[int] | None = None) -> Type:
    """The type of a value. `any` stands for what is not known: the type of null and of an unknown value, the elements
    of an empty collection, the attributes of a resource or module.

    What is looked at is taken off the one number of `budget`, if there is one. Raises `ConversionError` where the
    structure is too large to be looked through.
    """
    return _type_of(value, [MAX_NODES] if budget is None else budget)


_OF_DATA: dict[type, Type] = {bool: BOOL, str: STRING, int: NUMBER, Decimal: NUMBER}


class Null(Scalar, frozen=True, kw_only=True):
    """The null of a type: what was converted to it and is null."""

    type: Type


def null_of(type_: Type, like: Scalar) -> Scalar:
    """`like`, which is null, as one of this type."""
    return Null(
        span=like.span,
        origin=like.origin,
        trace=like.trace,
        sensitive=like.sensitive,
        data=None,
        type=_without_defaults(type_),
    )


def _without_defaults(type_: Type) -> Type:
    """The type that values have once they are converted: `optional()` is only about the conversion."""
    match type_:
        case ListOf(element) | SetOf(element) | MapOf(element):
            return type_.__class__(_without_defaults(element))
        case TupleOf(elements):
            return TupleOf(tuple([_without_defaults(element) for element in elements]))
        case ObjectOf(attributes):
            return ObjectOf({name: Attribute(_without_defaults(each.type)) for name, each in attributes.items()})
    return type_


def _type_of(value: Value, budget: list[int]) -> Type:
    budget[0] -= 1
    if budget[0] < 0:
        raise ConversionError(f"structures of more than {MAX_NODES:,} values are not unified")
    if isinstance(value, Null):
        return value.type
    if isinstance(value, Scalar):
        return _OF_DATA.get(value.data.__class__, ANY)
    if isinstance(value, List):
        types = tuple([_type_of(item, budget) for item in value.items])
        if value.unordered:
            return SetOf(_element_of(types))
        return ListOf(_element_of(types)) if value.uniform else TupleOf(types)
    if isinstance(value, Object) and isinstance(value.members, dict):
        if value.uniform:
            return MapOf(_element_of([_type_of(member, budget) for member in value.members.values()]))
        return ObjectOf({name: Attribute(_type_of(member, budget)) for name, member in value.members.items()})
    return ANY


def _element_of(types: Sequence[Type]) -> Type:
    """The type that all elements of a collection have; those that are null or unknown do not tell."""
    return _unified(types) or ANY


def unify_types(types: Sequence[Type]) -> Type:
    """The type that all of `types` convert to, `any` for none, and where a part that is not known may decide.

    Raises `ConversionError` where there is no such type. It is the one that Terraform chooses:
    https://pkg.go.dev/github.com/zclconf/go-cty/cty/convert#UnifyUnsafe.
    """
    found = _unified(types)
    if found is None:
        kinds = sorted({friendly(each) for each in types if each != ANY})
        but = f", but they are {' and '.join(kinds)}" if 1 < len(kinds) < 4 else ""
        raise ConversionError(f"all elements must have the same type{but}")
    return found


def _unified(types: Sequence[Type]) -> Type | None:
    known = [each for each in types if each != ANY]
    if not known:
        return ANY
    first = known[0]
    if all(each is first or each == first for each in known):
        return first
    found = _of_one_kind(known)
    # Anything can be passed where any type is taken, so one part of which the type is not known lets all others be.
    return ANY if found is None and len(known) < len(types) else found


def _of_one_kind(types: Sequence[Type]) -> Type | None:
    kinds = {each.__class__ for each in types}
    if kinds == {Primitive}:
        return STRING if STRING in types else None
    if kinds == {ObjectOf}:
        return _unified_objects([each for each in types if isinstance(each, ObjectOf)])
    if kinds == {TupleOf}:
        return _unified_tuples([each for each in types if isinstance(each, TupleOf)])
    if len(kinds) == 1:
        element = _unified(_elements(types))
        return None if element is None else _collection(types[0], element)
    if kinds in ({ObjectOf, MapOf}, {TupleOf, ListOf}):
        element = _unified(_elements(types))
        if element is not None:
            return MapOf(element) if MapOf in kinds else ListOf(element)
    if kinds <= {ObjectOf, MapOf} or kinds <= {TupleOf, ListOf, SetOf}:
        return _preferred(types)
    return None


def _collection(like: Type, element: Type) -> Type:
    if isinstance(like, SetOf):
        return SetOf(element)
    return MapOf(element) if isinstance(like, MapOf) else ListOf(element)


def _elements(types: Sequence[Type]) -> list[Type]:
    """The types of all that collections and structures of these types hold."""
    found: list[Type] = []
    for each in types:
        match each:
            case ObjectOf(attributes):
                found.extend([attribute.type for attribute in attributes.values()])
            case TupleOf(elements):
                found.extend(elements)
            case ListOf(element) | SetOf(element) | MapOf(element):
                found.append(element)
    return found


def _unified_objects(types: Sequence[ObjectOf]) -> Type | None:
    names = types[0].attributes.keys()
    if any(each.attributes.keys() != names for each in types):
        element = _unified(_elements(types))
        return None if element is None else MapOf(element)
    attributes: dict[str, Attribute] = {}
    for name in names:
        found = _unified([each.attributes[name].type for each in types])
        if found is None:
            return None
        attributes[name] = Attribute(found)
    return ObjectOf(attributes)


def _unified_tuples(types: Sequence[TupleOf]) -> Type | None:
    if len({len(each.elements) for each in types}) > 1:
        element = _unified(_elements(types))
        return None if element is None else ListOf(element)
    columns = [_unified(column) for column in zip(*(each.elements for each in types), strict=True)]
    elements = tuple([column for column in columns if column is not None])
    return TupleOf(elements) if len(elements) == len(columns) else None


_PREFERENCE = {MapOf: 0, ListOf: 0, ObjectOf: 1, TupleOf: 1, SetOf: 2}


def _preferred(types: Sequence[Type]) -> Type | None:
    """That one of the types that all others convert to; lists come before tuples, and these before sets."""
    wanted: list[Type] = []
    for each in types:
        if each not in wanted:
            wanted.append(each)
        if len(wanted) > MAX_WANTED:
            return ANY
    wanted.sort(key=lambda each: (_PREFERENCE[each.__class__], _elements([each]) != [STRING]))
    return next((each for each in wanted if all(converts(other, each) for other in wanted)), None)


def converts(source: Type, wanted: Type) -> bool:
    """Whether some value of the type `source` converts to `wanted`: text may be a number, a map may hold what an object
    needs.
    """
    if ANY in (source, wanted):
        return True
    match wanted, source:
        case Primitive(), Primitive():
            return source == wanted or STRING in (source, wanted)
        case (ListOf() | SetOf(), ListOf() | SetOf() | TupleOf()) | (MapOf(), MapOf() | ObjectOf()):
            (element,) = _elements([wanted])
            given = _elements([source])
            return _unified(given) is not None if element == ANY else all(converts(each, element) for each in given)
        case TupleOf(elements), TupleOf(given):
            return len(elements) == len(given) and all(map(converts, given, elements))
        case ObjectOf(attributes), ObjectOf(given):
            return all(
                converts(given[name].type, attribute.type) if name in given else attribute.optional
                for name, attribute in attributes.items()
            )
        case ObjectOf(attributes), MapOf(element):
            return all(attribute.optional or converts(element, attribute.type) for attribute in attributes.values())
    return False


def alike(types: Sequence[Type]) -> bool:
    """Whether all may be one and the same type; parts that are not known may be anything."""
    return all(_alike(types[0], each) for each in types[1:])


def _alike(left: Type, right: Type) -> bool:
    if left is right or ANY in (left, right):
        return True
    match left, right:
        case (ListOf(one), ListOf(other)) | (SetOf(one), SetOf(other)) | (MapOf(one), MapOf(other)):
            return _alike(one, other)
        case TupleOf(ones), TupleOf(others):
            return len(ones) == len(others) and all(map(_alike, ones, others))
        case ObjectOf(ones), ObjectOf(others):
            return ones.keys() == others.keys() and all(_alike(ones[name].type, others[name].type) for name in ones)
    return left == right


def holds_any(each: Type) -> bool:
    """Whether the type is not known in some part."""
    if isinstance(each, Primitive):
        return each == ANY
    return any(map(holds_any, _elements([each])))
