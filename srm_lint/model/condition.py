"""What a policy asks: conditions as a tree, compiled from YAML by `policy` and judged by `judge`."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, StrEnum

from msgspec import Struct

from srm_lint.model.value import Value


class Truth(IntEnum):
    """Kleene's three values: `all` is min, `any` is max, `not` is the mirror."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def mirrored(self) -> Truth:
        """The value of `not` this."""
        return Truth(2 - self)


class Each(StrEnum):
    """How the many values of a path with `[*]` are joined."""

    EVERY = "every"
    SOME = "some"


class Step(Struct, frozen=True):
    """One step of a path: a member name, a position, or (None) all items."""

    to: str | int | None


class Path(Struct, frozen=True):
    """A compiled path: `text` as written, `steps` from the entity's body."""

    text: str
    steps: tuple[Step, ...]

    @property
    def many(self) -> bool:
        """Whether it has a `[*]`, so that it leads to any number of values."""
        return any(step.to is None for step in self.steps)


class Verb(Struct, frozen=True):
    """A named question about one value.

    `ask` gets the value (never an `Unknown` with candidates: those are asked one by one) and the wanted argument. `says` is the sentence for a
    value that decided: `{name}` and `{value}` are filled in.
    """

    name: str
    ask: Callable[[Value, object], Truth]
    says: str


class All(Struct, frozen=True):
    """True when every part is."""

    parts: tuple[Condition, ...]


class Any(Struct, frozen=True):
    """True when some part is."""

    parts: tuple[Condition, ...]


class Not(Struct, frozen=True):
    """The mirror of its part."""

    part: Condition


class Test(Struct, frozen=True):
    """One verb asked of the value at one path."""

    path: Path
    verb: Verb
    wanted: object


class Quantified(Struct, frozen=True):
    """A condition on each of the values of a path with `[*]`; paths of the condition start at that value."""

    each: Each
    path: Path
    condition: Condition


Condition = All | Any | Not | Test | Quantified
