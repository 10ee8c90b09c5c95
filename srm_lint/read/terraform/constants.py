"""Expressions of one module in, their values out: what is the same in all instances of a block is worked out once.

Only this module knows which names an expression uses. Of a thousand instances of a resource, each may list all
instances of another one; what names neither `each`, `count` nor anything else of its place is the same list for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from srm_lint.model.value import Value
from srm_lint.read.terraform.expressions import Expression, Literal, Name, Step

if TYPE_CHECKING:
    from srm_lint.read.terraform.world import Scope

Part = Expression | Step
NamesOf = dict[int, tuple[Sequence[Part], frozenset[str]]]
"""The names that parts of expressions use, by the identity of the last part; the parts are kept, so that it stays
theirs.
"""


class _Constant(NamedTuple):
    part: Part
    value: Value
    doubts: int


class Constants:
    """The values of one module. What names its expressions use is shared by all modules of a `session`."""

    __slots__ = ("_names_of", "_values")

    def __init__(self, names_of: NamesOf) -> None:
        self._names_of = names_of
        self._values: dict[int, _Constant] = {}

    def value(self, parts: Sequence[Part], scope: Scope, work: Callable[[], Value]) -> Value:
        """What `work` gives for the `parts` of an expression evaluated in `scope`; if it is the same in every place, it
        is worked out once, and the last part stands for it.
        """
        if not scope.names:
            return work()
        last = parts[-1]
        known = self._values.get(id(last))
        world = scope.world
        if known is not None:
            world.doubts += known.doubts
            return known.value
        if not self._names(parts).isdisjoint(scope.names):
            return work()
        before = world.doubts
        value = work()
        self._values[id(last)] = _Constant(last, value, world.doubts - before)
        return value

    def _names(self, parts: Sequence[Part]) -> frozenset[str]:
        known = self._names_of.get(id(parts[-1]))
        if known is None:
            known = self._names_of[id(parts[-1])] = (parts, names_in(parts))
        return known[1]


def names_in(parts: Sequence[Part]) -> frozenset[str]:
    """The first words of all references in `parts`."""
    found: set[str] = set()
    waiting: list[object] = [*parts]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Name):
            found.add(part.name)
        elif isinstance(part, tuple):
            waiting.extend(part)
        elif isinstance(part, Struct) and not isinstance(part, Literal):
            waiting.extend([getattr(part, field) for field in part.__struct_fields__ if field != "span"])
    return frozenset(found)
