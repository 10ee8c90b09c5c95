"""Keys and values in, the object out that they make, also where not all keys are known.

See https://developer.hashicorp.com/terraform/language/expressions/types#maps-objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from srm_lint.model.source import Span
from srm_lint.model.value import Object, Partly, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import ConversionError, is_null, to_text
from srm_lint.read.terraform.expressions import ObjectOf
from srm_lint.read.terraform.operators import Invalid, unknown_of
from srm_lint.read.terraform.world import Evaluate, Scope


def object_of(expression: ObjectOf, scope: Scope, evaluate: Evaluate) -> Value:
    """`{key = value}`. Raises `Invalid`."""
    members: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    open_: list[Value] = []
    passed_over: dict[str, Value] = {}
    for each in expression.members:
        key = evaluate(each.key, scope)
        value = evaluate(each.value, scope)
        if isinstance(key, Unknown):
            open_.append(key)
            passed_over.update(members)
            members = {}
            continue
        name = key_text(key, each.key.span)
        members[name] = value
        keys[name] = each.key.span
    if open_:
        # Which other names the object has is not known; it may be those that were written before.
        return partly((*open_, *passed_over.values(), *members.values()), members, expression.span)
    return Object(span=expression.span, members=members, keys=keys)


def partly(held: Sequence[Value], members: Mapping[str, Value], span: Span) -> Value:
    """The object that holds all these, of which only some have certain names."""
    open_ = unknown_of(held, span)
    return Partly(
        span=span, reason=open_.reason, references=open_.references, sensitive=open_.sensitive, members=members
    )


def key_text(value: Value, span: Span) -> str:
    """The text of a key. Raises `Invalid`."""
    if not isinstance(value, Scalar) or value.data is None:
        raise Invalid("Can't use this value as a key: a string is required.", span, null=is_null(value))
    try:
        return to_text(value)
    except ConversionError as error:
        raise Invalid(f"Can't use this value as a key: {error.message}.", span) from None
