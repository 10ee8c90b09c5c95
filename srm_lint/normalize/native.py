"""Native paths: a resource's native body in, the value written at a path out."""

from __future__ import annotations

from collections.abc import Iterable

from srm_lint.model.value import Absent, List, Object, Partly, Unknown, Value
from srm_lint.schema.kinds import NativePath


def first_at(body: Value, paths: Iterable[NativePath]) -> Value:
    """The value at the first of `paths` that is present in `body`, else an `Absent` that points into `body`."""
    absent: Value = Absent(span=body.span, origin=body.origin, trace=body.trace)
    for path in paths:
        found = at(body, path)
        if not isinstance(found, Absent):
            return found
        absent = _nearer(absent, found)
    return absent


def _nearer(one: Value, other: Value) -> Value:
    # The deepest block that is there is where a person would write the argument.
    outer = one.span.source == other.span.source and (one.span.line, one.span.column) < (
        other.span.line,
        other.span.column,
    )
    return other if outer else one


def at(value: Value, path: NativePath) -> Value:
    """The value at `path`. A name asked of a list takes its only item: a Terraform block that is written once."""
    for step in path:
        value = _step(value, step)
    return value


def _step(value: Value, step: str | int) -> Value:
    if isinstance(value, Partly) and isinstance(step, str) and (certain := value.members.get(step)) is not None:
        return certain.inside(value)
    if isinstance(value, Unknown):
        candidates = tuple(_step(candidate, step) for candidate in value.candidates)
        return value.member(candidates)
    if isinstance(value, List):
        if isinstance(step, int):
            if step < len(value.items):
                return value.items[step].inside(value)
        elif len(value.items) == 1:
            return _step(value.items[0].inside(value), step)
        elif value.items:
            taken = tuple(_step(item.inside(value), step) for item in value.items)
            reason = f"{len(value.items)} blocks are written where one is expected"
            return Unknown(span=value.items[0].span, trace=value.trace, reason=reason, candidates=taken)
        return Absent(span=value.span, origin=value.origin, trace=value.trace)
    if isinstance(value, Object) and isinstance(step, str):
        return value.get(step)
    if step == 0:
        # One written where a list is expected: both languages take it.
        return value
    return Absent(span=value.span, origin=value.origin, trace=value.trace)
