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
    """How the answers about the items of a list are joined."""

    EVERY = "every"
    SOME = "some"


class Path(Struct, frozen=True):
    """A compiled path: `text` as written, `steps` from the entity's body or the item: member names and positions."""

    text: str
    steps: tuple[str | int, ...]


class Verb(Struct, frozen=True):
    """A named question about one value.

    `ask` gets the value (never an `Unknown` with candidates: those are asked one by one) and the wanted argument.
    `says` is the sentence for a value that decided: `{name}`, `{value}` and `{wanted}` are filled in, or it makes a
    sentence of these three. Where a verb asks for yes or no, that is the sentence for yes, and `denies` the one for no.
    `takes` is the type of the argument. `at` finds, in a value for which the answer is yes, what makes it so: there the
    fix goes, and that is the `{value}` of the sentence.
    """

    name: str
    ask: Callable[[Value, object], Truth]
    says: str | Callable[[str, Value, object], str]
    takes: type | tuple[type, ...] = object
    denies: str = ""
    at: Callable[[Value, object], Value | None] | None = None

    def is_so(self, truth: Truth, wanted: object) -> bool:
        """Whether the answer is yes where `truth` is that of `wanted`, which may be that it is no."""
        return truth is (Truth.FALSE if wanted is False else Truth.TRUE)

    def refuses(self, wanted: object) -> str:
        """Why `wanted` is no argument for this verb; empty if it is one."""
        if isinstance(wanted, self.takes):
            return ""
        types = self.takes if isinstance(self.takes, tuple) else (self.takes,)
        return f"takes {' or '.join(_WORDS.get(type_, type_.__name__) for type_ in types)}"


_WORDS = {bool: "true or false", int: "a whole number", str: "text", list: "a list"}


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
    """A condition on each item of the list at `path`; paths of the condition start at the item.

    A path with several `[*]` is compiled to one of these for each.
    """

    each: Each
    path: Path
    condition: Condition


Condition = All | Any | Not | Test | Quantified
