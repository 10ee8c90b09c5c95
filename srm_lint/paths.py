"""Paths of policies: text in, compiled `Path`s out; and the one way to follow them through values.

jsonpath-ng parses the text; its own walker would drop unknowns, so the walking is ours. Only this module knows
jsonpath-ng.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from srm_lint.model.condition import Path
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, List, Object, Partly, Unknown, Value

if TYPE_CHECKING:
    from jsonpath_ng.parser import JsonPathParser

Resolve = Callable[[Link], Object | None]
"""The body of the entity that a link leads to, or None if it is not in the inventory."""


class PathError(Exception):
    """Text that is no path, or uses what our paths leave out."""


@cache
def parse(text: str) -> tuple[Path, ...]:
    """The path written as `text`: `$`, `$.name`, `$.list[0]`, `$.list[*]` and chains of these.

    It is cut at each `[*]`: all but the last of the returned paths lead to a list, and the next one starts at its
    items. Raises `PathError` for anything else that JSONPath knows (filters, descent, unions): a filter drops unknowns
    in silence.
    """
    from jsonpath_ng.exceptions import JSONPathError

    if not text.startswith("$"):
        raise PathError(f'"{text}" does not begin with $, the entity itself')
    if ".*" in text:
        raise PathError(f'"{text}" asks for all members of an object; write [*] for all items of a list')
    try:
        tree = _parser().parse(text)
    except (JSONPathError, AttributeError) as error:
        raise PathError(f'"{text}" is not a path: {error}') from None
    segments: list[list[str | int]] = [[]]
    for step in _steps(tree, text):
        if step is None:
            segments.append([])
        else:
            segments[-1].append(step)
    return tuple(Path(_text(segment), tuple(segment)) for segment in segments)


@cache
def _parser() -> JsonPathParser:
    # jsonpath-ng's own `parse` builds the parser's tables anew for each path, which takes longer than parsing it.
    from jsonpath_ng.parser import JsonPathParser

    return JsonPathParser()


def _steps(node: object, text: str) -> Iterator[str | int | None]:
    from jsonpath_ng import Child, Fields, Index, Root, Slice
    from jsonpath_ng.jsonpath import Wildcard

    match node:
        case Root():
            return
        case Child():
            yield from _steps(node.left, text)
            yield from _steps(node.right, text)
        case Fields(fields=(name,)) if name != "*":
            yield name
        case Index(indices=(position,)) if position >= 0:
            yield position
        case Wildcard() | Slice(start=None, end=None, step=None):
            yield None
        case _:
            raise PathError(f'"{text}" uses more than names, [0] and [*], which are all that a path may have')


def _text(steps: list[str | int]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


class Reached(Struct, frozen=True):
    """A value that a path leads to, and where the links stand that were followed on the way."""

    value: Value
    hops: tuple[Span, ...] = ()


def follow(at: Reached, step: str | int, resolve: Resolve) -> Reached:
    """One step along a path, from what has been reached.

    A step into an unknown gives an unknown (its candidates are stepped into); a step into what is absent is absent;
    a link is followed to the entity that it leads to.
    """
    value = at.value
    if isinstance(value, Link):
        hops = (*at.hops, value.span, *value.trace)
        target = resolve(value)
        if target is None:
            reason = f"{value.address} cannot be followed"
            return Reached(Unknown(span=value.span, reason=reason, references=(value.address,)), hops)
        return follow(Reached(target, hops), step, resolve)
    if isinstance(value, Partly) and isinstance(step, str) and (certain := value.members.get(step)) is not None:
        return Reached(certain.inside(value), at.hops)
    if isinstance(value, Unknown):
        taken = [follow(Reached(candidate), step, resolve) for candidate in value.candidates]
        hops = at.hops + tuple(hop for one in taken for hop in one.hops)
        candidates = tuple(one.value for one in taken)
        return Reached(value.member(candidates), hops)
    return Reached(_member(value, step), at.hops)


def _member(value: Value, to: str | int) -> Value:
    if isinstance(value, Object) and isinstance(to, str):
        return value.get(to)
    if isinstance(value, List) and isinstance(to, int) and to < len(value.items):
        return value.items[to].inside(value)
    if isinstance(value, Object) and to == 0:
        # One written where a list is expected, as the languages take it (a block in Terraform's JSON).
        return value
    return Absent(span=value.span, origin=value.origin, trace=value.trace)
