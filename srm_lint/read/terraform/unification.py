"""Terraform's types: what a value's type is, and the one type that several types convert to.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from srm_lint.model.value import List, Object, Scalar, Value
from srm_lint.read.terraform.scalars import ConversionError

MAX_NODES = 200_000
"""The type of a larger structure is not computed: locals that hold each other twice grow exponentially."""


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
