"""The kinds of values and names that only exist while expressions are evaluated, between `evaluation` and those who
know what names mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from srm_lint.model.source import Span
from srm_lint.model.value import Object, Unknown, Value
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.constants import Constants
from srm_lint.read.terraform.expressions import Expression, Name, Step


class Uncounted(Value, frozen=True, kw_only=True):
    """Resources or modules of which it is not known how many there are: `one` stands for any of them, `plain` for all
    of them as a value.
    """

    one: Value
    plain: Unknown


class BlockOrMap(Object, frozen=True, kw_only=True):
    """An object in JSON that is a block which is written once, or a map; as a list of blocks, it is its first item."""


class Each(Object, frozen=True, kw_only=True):
    """What `each`, `count` and iterators name: their values come from elsewhere, so that using them is a hop."""


class World(functions.Environment, Protocol):
    """What names mean, and how much may be spent on finding out."""

    doubts: int
    constants: Constants

    def resolve(self, name: Name, steps: Sequence[Step], span: Span) -> tuple[Value, int]:
        """The value that a reference starts with, and how many of the steps that took. Raises `Invalid`."""

    def spend(self, count: int, span: Span) -> None:
        """Counts work. Raises `Invalid` where there has been too much."""


class Scope:
    """The names of one place: those of `for`, `each`, `count` and iterators, over those of the module.

    It is not `certain` where it is not known whether the place exists: what Terraform would refuse there may never be
    evaluated.
    """

    __slots__ = ("certain", "names", "world")

    def __init__(self, world: World, names: Mapping[str, Value], *, certain: bool = True) -> None:
        self.world = world
        self.names = names
        self.certain = certain

    def within(self, names: Mapping[str, Value]) -> Scope:
        """This scope with some names more."""
        return Scope(self.world, {**self.names, **names}, certain=self.certain)


Evaluate = Callable[[Expression, Scope], Value]
"""What an expression is worth in a scope: for those whose expressions hold others."""
