"""What a template's inputs must be in, which of that can be together out; and unknowns that know when they are what.

Only this module knows how scenarios are told apart: not one by one, which takes an hour for a template of twenty
parameters, but in cases, each of which says of some inputs which values they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Unknown, Value, either

MAX_CASES = 32
"""Cases that are told apart in one condition or choice."""
MAX_WORK = 200_000
"""Pairs of cases that are held against each other in one template."""


class Texts(NamedTuple):
    """What an input can be: one of `these`, or (`but`) anything but these."""

    these: frozenset[str]
    but: bool = False

    def met(self, other: Texts) -> Texts:
        """What both allow."""
        if self.but == other.but:
            return Texts(self.these | other.these if self.but else self.these & other.these, self.but)
        allowed, forbidden = (other, self) if self.but else (self, other)
        return Texts(allowed.these - forbidden.these)

    def covers(self, other: Texts) -> bool:
        """Whether this allows all that `other` does."""
        if not other.but:
            return self.these.isdisjoint(other.these) if self.but else other.these <= self.these
        return self.but and self.these <= other.these

    def joined(self, other: Texts) -> Texts:
        """What either allows: the mirror of `met`."""
        forbidden = Texts(self.these, not self.but).met(Texts(other.these, not other.but))
        return Texts(forbidden.these, not forbidden.but)


Case = Mapping[str, Texts]
"""What some inputs can be, by name. An input is a parameter, a pseudo parameter, or what we cannot look into."""
Cases = tuple[Case, ...]
"""All the cases in which something is so; they may overlap."""
EVERY: Cases = ({},)
NEVER: Cases = ()


class TooMany(Exception):
    """There are more cases than we tell apart."""


def only(name: str, *texts: str) -> Cases:
    """The case in which the input called `name` is one of `texts`."""
    return ({name: Texts(frozenset(texts))},)


def but(name: str, *texts: str) -> Cases:
    """The case in which the input called `name` is none of `texts`."""
    return ({name: Texts(frozenset(texts), but=True)},)


def one_of(several: Iterable[Cases]) -> Cases:
    """The cases in which any of `several` is so. Raises `TooMany`."""
    found: list[Case] = []
    simple: dict[str, Texts] = {}
    for case in (case for cases in several for case in cases):
        if not case:
            return EVERY
        if len(case) == 1:
            ((name, texts),) = case.items()
            simple[name] = simple[name].joined(texts) if name in simple else texts
        else:
            found.append(case)
    if any(texts == Texts(frozenset(), but=True) for texts in simple.values()):
        return EVERY
    return _checked([*({name: texts} for name, texts in simple.items()), *found])


def _checked(found: list[Case]) -> Cases:
    """The cases that no other one covers."""
    if len(found) < 2:
        return tuple(found)
    distinct = list({frozenset(case.items()): case for case in found}.values())
    if len(distinct) > 2 * MAX_CASES:
        raise TooMany
    distinct.sort(key=len)
    kept: list[Case] = []
    for case in distinct:
        if not any(_covers(other, case) for other in kept):
            kept.append(case)
    if len(kept) > MAX_CASES:
        raise TooMany
    return tuple(kept)


def _covers(wide: Case, narrow: Case) -> bool:
    return all(name in narrow and texts.covers(narrow[name]) for name, texts in wide.items())


def _met(one: Case, other: Case) -> Case | None:
    """The case in which both are so; None where that cannot be."""
    met = dict(one)
    for name, texts in other.items():
        met[name] = met[name].met(texts) if name in met else texts
        if not met[name].these and not met[name].but:
            return None
    return met


class Depending(Unknown, frozen=True, kw_only=True):
    """An unknown that depends on a template's inputs.

    `ways` are the cases of each of its `candidates`. `input` is the name of the input whose very value it is, or empty.
    It may be nothing at all if it is `optional`, which its candidates tell too, where it has any.
    """

    ways: tuple[Cases, ...] = ()
    input: str = ""
    optional: bool = False


Way = tuple[Value, Cases]


def ways_of(value: Value) -> list[Way]:
    """What `value` can be, and in which cases; nothing where it is open."""
    if not isinstance(value, Unknown):
        return [(value, EVERY)]
    told = isinstance(value, Depending) and len(value.ways) == len(value.candidates)
    ways = value.ways if isinstance(value, Depending) and told else (EVERY,) * len(value.candidates)
    return list(zip(value.candidates, ways, strict=True))


class Scenarios:
    """Tells the cases of one template apart, as long as that is affordable."""

    def __init__(self) -> None:
        self._left = MAX_WORK

    def both(self, one: Cases, other: Cases) -> Cases:
        """The cases in which both are so. Raises `TooMany`."""
        if one is EVERY or one is other:
            return other
        if other is EVERY:
            return one
        self._left -= len(one) * len(other)
        if self._left < 0:
            raise TooMany
        return _checked([case for left in one for right in other if (case := _met(left, right)) is not None])

    def narrowed(self, outer: Cases, inner: Cases) -> Cases:
        """The cases in which both are so or, where those are too many to tell apart, all in which `inner` is."""
        try:
            return self.both(outer, inner)
        except TooMany:
            return inner

    def choose(self, ways: Iterable[Way], *, span: Span, reason: str, references: Iterable[str] = ()) -> Value:
        """The choice between values, each in its cases: without what can never be, and known where one is left."""
        flat: list[Way] = []
        known = dict.fromkeys(references)
        for value, cases in ways:
            if isinstance(value, Unknown):
                known.update(dict.fromkeys(value.references))
            if isinstance(value, Unknown) and value.candidates:
                flat.extend((one, met) for one, inner in ways_of(value) if (met := self.narrowed(cases, inner)))
            elif cases:
                flat.append((value, cases))
        if len(flat) == 1:
            return flat[0][0]
        values = [value for value, _ in flat]
        choice = either(values, span=span, reason=reason, references=known)
        candidates, chosen = (choice.candidates, choice.chosen) if isinstance(choice, Unknown) else ((), False)
        return Depending(
            span=span,
            reason=reason,
            references=tuple(known),
            candidates=candidates,
            chosen=chosen,
            ways=tuple(cases for _, cases in flat) if candidates else (),
            optional=any(map(_optional, values)),
        )


def _optional(value: Value) -> bool:
    return isinstance(value, Absent) or (isinstance(value, Depending) and value.optional)
