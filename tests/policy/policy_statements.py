"""How tests write what is in policy documents."""

from __future__ import annotations

from srm_lint.model.condition import Truth
from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.policy.predicates import decided, verbs

SPAN = Span("policy.json", 1, 1, 1, 2)


def value(data: object) -> Value:
    """Plain data as a value."""
    if isinstance(data, Value):
        return data
    if isinstance(data, dict):
        return Object(span=SPAN, members={name: value(one) for name, one in data.items()})
    if isinstance(data, list):
        return List(span=SPAN, items=tuple(value(one) for one in data))
    assert isinstance(data, str)
    return Scalar(span=SPAN, data=data)


def unknown(*pieces: str | None, of: str = "var.x") -> Unknown:
    """A text of which only `pieces` are known."""
    return Unknown(span=SPAN, reason="why", references=(of,), pieces=pieces)


def ask(verb: str, asked: object) -> Truth:
    """The answer of a verb; its opposite is asked too."""
    made = value(asked)
    answer = decided(made, lambda one: verbs()[verb].ask(one, True))
    assert decided(made, lambda one: verbs()[verb].ask(one, False)) is answer.mirrored()
    return answer
