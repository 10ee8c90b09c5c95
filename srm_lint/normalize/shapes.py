"""Shapes: a native value in, the same value in the one form that policies expect out; candidates are reshaped too.

What does not fit its shape becomes an `Unknown` that says so: it is the author's mistake, and guessing would hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace

from srm_lint.model.source import Source
from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value
from srm_lint.normalize.documents import document
from srm_lint.schema.kinds import Attribute, Shape

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


def shaped(value: Value, attribute: Attribute, sources: Mapping[str, Source]) -> Value:
    """`value` as `attribute` wants it: in its shape, in neutral words, marked secret if it is."""
    if isinstance(value, Absent | Link):
        return value
    if attribute.shape is Shape.DOCUMENT:
        value = document(value, sources)
    elif attribute.shape is Shape.OPENAPI:
        from srm_lint.normalize.openapi import openapi

        value = openapi(value, sources)
    elif attribute.shape is not None:
        value = _over(value, _SHAPES[attribute.shape])
    if attribute.words:
        value = _over(value, lambda one: _neutral(one, attribute.words))
    return replace(value, sensitive=True) if attribute.secret and not value.sensitive else value


def _over(value: Value, shape: Callable[[Value], Value]) -> Value:
    if not isinstance(value, Unknown):
        return value if isinstance(value, Absent) else shape(value)
    if value.candidates:
        return replace(value, candidates=tuple(_over(candidate, shape) for candidate in value.candidates))
    # What has pieces is a text, whatever its gaps hold: as a list, it is one of one item.
    return _list(value) if value.pieces and shape is _list else value


def _misfit(value: Value, wanted: str) -> Value:
    return Unknown(span=value.span, trace=value.trace, origin=value.origin, reason=f"{wanted} was expected here")


def _boolean(value: Value) -> Value:
    if isinstance(value, Scalar):
        if isinstance(value.data, bool):
            return value
        word = str(value.data).lower()
        if word in _TRUE or word in _FALSE:
            return replace(value, data=word in _TRUE)
    return _misfit(value, "true or false")


def _number(value: Value) -> Value:
    if isinstance(value, Scalar) and not isinstance(value.data, bool) and value.data is not None:
        if not isinstance(value.data, str):
            return value
        try:
            number = Decimal(value.data.strip())
        except InvalidOperation:
            return _misfit(value, "a number")
        if number.is_finite():
            return replace(value, data=int(number) if number == number.to_integral_value() else number)
    return _misfit(value, "a number")


def _string(value: Value) -> Value:
    if isinstance(value, Scalar) and value.data is not None:
        if isinstance(value.data, bool):
            return replace(value, data="true" if value.data else "false")
        return value if isinstance(value.data, str) else replace(value, data=str(value.data))
    return _misfit(value, "a string")


def _list(value: Value) -> Value:
    if isinstance(value, List):
        return value
    return List(span=value.span, origin=value.origin, trace=value.trace, items=(value,))


def _pairs(value: Value) -> Value:
    """An object as a list of `{name, value}`, each standing where its entry does; what is such a list stays so."""
    if not isinstance(value, Object):
        return value if isinstance(value, List) else _misfit(value, "names with values")
    if {"name", "value"} <= value.members.keys():
        return _list(value)  # one block, as Terraform's JSON may write it
    items: list[Value] = []
    for name, member in value.members.items():
        key = Scalar(span=value.keys.get(name, member.span), data=name)
        inside = member.inside(value)
        items.append(Object(span=inside.span, trace=inside.trace, members={"name": key, "value": inside}))
    return List(span=value.span, items=tuple(items))


def _neutral(value: Value, words: Mapping[str, str]) -> Value:
    if isinstance(value, List):
        return replace(value, items=tuple(_over(item, lambda one: _neutral(one, words)) for item in value.items))
    if isinstance(value, Scalar) and isinstance(value.data, str) and value.data in words:
        return replace(value, data=words[value.data])
    return value


_SHAPES: Mapping[Shape, Callable[[Value], Value]] = {
    Shape.BOOLEAN: _boolean,
    Shape.NUMBER: _number,
    Shape.STRING: _string,
    Shape.LIST: _list,
    Shape.PAIRS: _pairs,
}
