"""What is written for a planned value, as far as that can be told: by the sources, or by the plan's own configuration.

Planned structures lead the way; what goes along is the value that the sources give at the same path. Only this module
knows how items of the two are paired, since providers reorder blocks and fill in what nobody wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.plan.document import Json

MAX_PAIRED = 100
"""Longer lists are paired by position: each item would be held against each."""


class Hidden(Struct, frozen=True):
    """Something that the configuration does not tell, as a dynamic block's content: it may be written."""


HIDDEN = Hidden()


def expression_of(expression: Json, name: str) -> Json:
    """The part `name` of an expression, of the body of blocks, or of a constant; None where nobody wrote it."""
    if isinstance(expression, list):
        found = [expression_of(one, name) for one in expression]
        return next((one for one in found if one is not None), None)
    if not isinstance(expression, dict):
        return expression
    if "references" in expression and isinstance(expression["references"], list):
        return expression
    if "constant_value" in expression:
        constant = expression["constant_value"]
        inner = constant.get(name) if isinstance(constant, dict) else None
        return None if inner is None else {"constant_value": inner}
    # An expression without constants and references: of functions alone, or of locals.
    return expression.get(name) if expression else expression


def expression_at(expression: Json, position: int, count: int) -> Json:
    """The item of a list of `count` that is planned, as `expression_of` its part."""
    if isinstance(expression, list):
        return expression[position] if len(expression) == count else expression
    if isinstance(expression, dict) and isinstance(expression.get("constant_value"), list):
        constants = expression["constant_value"]
        return {"constant_value": constants[position]} if len(constants) == count else HIDDEN
    return expression


def member_of(value: Value | None, name: str) -> Value | None:
    """What the sources give for the member `name`; None where nobody wrote it."""
    match value:
        case Object(members=members):
            return value.get(name) if name in members else None
        case List(items=(item,)):
            return member_of(item.inside(value), name)
        case Unknown(candidates=candidates) if candidates:
            found = [member_of(one, name) for one in candidates]
            return next((one for one in found if one is not None), None)
        case Unknown():
            return value
    return None


def items_of(value: Value | None, planned: Sequence[Any]) -> list[Value | None]:
    """What the sources give for each item of a planned list."""
    match value:
        case List(items=items):
            return _paired([item.inside(value) for item in items], planned)
        case Unknown(candidates=candidates) if candidates:
            lists = [one for one in candidates if isinstance(one, List) and len(one.items) == len(planned)]
            return items_of(lists[0], planned) if lists else [_candidate(value, item) for item in planned]
        case None | Absent():
            return [None] * len(planned)
    return [value] * len(planned)


def _candidate(value: Unknown, planned: Any) -> Value:
    """The candidate that was chosen: the one that is alike, or all of them."""
    return next((one for one in value.candidates if likeness(one, planned) > 0), value)


def _paired(items: list[Value], planned: Sequence[Any]) -> list[Value | None]:
    if len(items) > MAX_PAIRED or len(planned) > MAX_PAIRED:
        padding: list[Value | None] = [None] * max(0, len(planned) - len(items))
        return [*items[: len(planned)], *padding]
    scores = [
        (likeness(item, one), -abs(place - position), position, place)
        for position, one in enumerate(planned)
        for place, item in enumerate(items)
    ]
    found: list[Value | None] = [None] * len(planned)
    taken: set[int] = set()
    for score, _, position, place in sorted(scores, reverse=True):
        if score >= 0 and found[position] is None and place not in taken:
            found[position] = items[place]
            taken.add(place)
    if len(items) == len(planned):  # what is left has been changed on the way, but not reordered
        left = iter(sorted(set(range(len(items))) - taken))
        found = [items[next(left)] if one is None else one for one in found]
    return found


def likeness(value: Value, planned: Any) -> int:
    """How much of what the sources give is planned so; below zero where it cannot be the same."""
    match value:
        case Scalar(data=data):
            if isinstance(planned, dict | list):
                return -1
            return 2 if same(data, planned) else -1
        case Object(members=members) if isinstance(planned, dict):
            scores = [likeness(one, planned.get(name)) for name, one in members.items()]
            return sum(scores) if scores else 0
        case List(items=items) if isinstance(planned, list):
            words = {_word(one) for one in planned if not isinstance(one, dict | list)}
            return sum(isinstance(item, Scalar) and _word(item.data) in words for item in items)
        case Unknown(candidates=candidates) if candidates:
            return max(likeness(one, planned) for one in candidates)
        case Unknown() | Absent():
            return 0
    return -1


def same(data: object, planned: object) -> bool:
    """Whether two scalars are the same, whatever type the provider has made of what was written."""
    if isinstance(data, bool) is isinstance(planned, bool) and data == planned:
        return True
    return _word(data) == _word(planned)


def _word(data: object) -> str | None:
    if isinstance(data, bool):
        return "true" if data else "false"
    return None if data is None else str(data)


def chosen(value: Value | None, planned: object) -> Value | None:
    """What the sources give for a planned scalar: of a choice, the candidate that was taken."""
    if isinstance(value, Unknown):
        for one in value.candidates:
            if isinstance(one, Scalar) and same(one.data, planned):
                return one
    return value
