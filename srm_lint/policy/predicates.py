"""The verbs that a condition can ask of a value: names in, `Verb` objects out.

Only this package knows what a verb means. Each group of verbs that needs more than a comparison has a module of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import Absent, List, Object, Origin, Plain, Scalar, Unknown, Value


def decided(value: Value, ask: Callable[[Value], Truth]) -> Truth:
    """The answer of `ask` about a value; of an unknown, the answer that all its candidates share, else unknown."""
    if not isinstance(value, Unknown) or not value.candidates:
        return ask(value)
    answers = {decided(candidate, ask) for candidate in value.candidates}
    return answers.pop() if len(answers) == 1 else Truth.UNKNOWN


def truth(answer: bool) -> Truth:  # noqa: FBT001 - a conversion
    """Two values into three."""
    return Truth.TRUE if answer else Truth.FALSE


def asked_of_scalar(test: Callable[[Plain, object], bool]) -> Callable[[Value, object], Truth]:
    """A verb that only a known scalar can satisfy: what is absent or a structure does not, what is unknown may."""

    def ask(value: Value, wanted: object) -> Truth:
        if isinstance(value, Unknown):
            return Truth.UNKNOWN
        return truth(isinstance(value, Scalar) and value.data is not None and test(value.data, wanted))

    return ask


def _same(data: Plain, wanted: object) -> bool:
    # In Python True == 1; in neither language is a boolean a number.
    return isinstance(data, bool) == isinstance(wanted, bool) and data == wanted


def _equals(value: Value, wanted: object) -> Truth:
    if isinstance(value, Unknown) and not _may_be(value, wanted):
        return Truth.FALSE
    return asked_of_scalar(_same)(value, wanted)


def _in(value: Value, wanted: object) -> Truth:
    if isinstance(value, Unknown) and isinstance(wanted, list) and not any(_may_be(value, one) for one in wanted):
        return Truth.FALSE
    return asked_of_scalar(_is_in)(value, wanted)


def _may_be(value: Unknown, wanted: object) -> bool:
    """Whether an unknown can turn out to be `wanted`: a text of which pieces are known has these, in order."""
    if not any(value.pieces) or not isinstance(wanted, str):
        return True
    first, last = value.pieces[0] or "", (value.pieces[-1] or "") if len(value.pieces) > 1 else ""
    if len(wanted) < len(first) + len(last) or not (wanted.startswith(first) and wanted.endswith(last)):
        return False
    at, end = len(first), len(wanted) - len(last)
    for piece in filter(None, value.pieces[1:-1]):
        found = wanted.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _number(data: Plain) -> int | Decimal | None:
    if isinstance(data, bool):
        return None
    if isinstance(data, int | Decimal):
        return data
    if isinstance(data, str):
        try:
            number = Decimal(data)
        except ArithmeticError:
            return None
        return number if number.is_finite() else None
    return None


def _at_least(data: Plain, wanted: object) -> bool:
    number = _number(data)
    return number is not None and isinstance(wanted, int) and number >= wanted


def _at_most(data: Plain, wanted: object) -> bool:
    number = _number(data)
    return number is not None and isinstance(wanted, int) and number <= wanted


def _is_in(data: Plain, wanted: object) -> bool:
    return isinstance(wanted, Iterable) and any(_same(data, one) for one in wanted)


@cache
def _pattern(text: str) -> Callable[[str], object]:
    import re2

    search: Callable[[str], object] = re2.compile(text).search
    return search


def _matches(data: Plain, wanted: object) -> bool:
    return isinstance(data, str) and bool(_pattern(str(wanted))(data))


def _starts_with(value: Value, wanted: object) -> Truth:
    prefix = str(wanted)
    if isinstance(value, Unknown) and value.pieces and value.pieces[0]:
        known = value.pieces[0]
        if known.startswith(prefix):
            return Truth.TRUE
        return Truth.UNKNOWN if prefix.startswith(known) else Truth.FALSE
    return asked_of_scalar(lambda data, _: isinstance(data, str) and data.startswith(prefix))(value, wanted)


def _ends_with(value: Value, wanted: object) -> Truth:
    suffix = str(wanted)
    if isinstance(value, Unknown) and value.pieces and value.pieces[-1]:
        known = value.pieces[-1]
        if known.endswith(suffix):
            return Truth.TRUE
        return Truth.UNKNOWN if suffix.endswith(known) else Truth.FALSE
    return asked_of_scalar(lambda data, _: isinstance(data, str) and data.endswith(suffix))(value, wanted)


def _present(value: Value, wanted: object) -> Truth:
    # An unknown may still turn out to be null. A reference to something that exists cannot.
    if isinstance(value, Unknown):
        return truth(wanted is True) if _surely_there(value) else Truth.UNKNOWN
    if isinstance(value, List):
        held = _holds_at_least(value, 1)
        return held if wanted is True else held.mirrored()
    empty = isinstance(value, Absent) or (isinstance(value, Scalar) and value.data in (None, ""))
    return truth((not empty) == (wanted is True))


_MAY_BE_NOTHING = ("var", "local", "Parameters")
"""What a reference to one of these leads to may be null or empty; an attribute of a resource that will exist is not."""


def _surely_there(value: Unknown) -> bool:
    if any(value.pieces) or value.encodes is not None:
        return True
    if value.chosen:
        return False
    parts = [part for reference in value.references for part in reference.split(".")]
    return len(value.references) == 1 and not any(part in _MAY_BE_NOTHING for part in parts)


def _is_written(value: Value, wanted: object) -> Truth:
    """Whether somebody wrote it, whatever it turns out to be: neither absent nor the default."""
    return truth((not isinstance(value, Absent) and value.origin is not Origin.DEFAULT) == (wanted is True))


def _contains(value: Value, wanted: object) -> Truth:
    if isinstance(value, Unknown):
        return Truth.UNKNOWN
    if not isinstance(value, List):
        return Truth.FALSE
    equals = asked_of_scalar(_same)
    return max((decided(item, lambda one: equals(one, wanted)) for item in value.items), default=Truth.FALSE)


def _is_empty(value: Value, wanted: object) -> Truth:
    if isinstance(value, Unknown):
        return Truth.UNKNOWN
    if isinstance(value, List):
        held = _holds_at_least(value, 1)
        return held.mirrored() if wanted is True else held
    if isinstance(value, Object):
        return truth((not value.members) == (wanted is True))
    return truth(isinstance(value, Absent) == (wanted is True))


def _holds_at_least(value: Value, wanted: object) -> Truth:
    """Whether a list has so many items, whatever they are."""
    if isinstance(value, Unknown):
        return Truth.UNKNOWN
    if not isinstance(value, List) or not isinstance(wanted, int):
        return Truth.FALSE
    perhaps = [one for one in value.items if not isinstance(one, Absent)]
    surely = [one for one in perhaps if not (isinstance(one, Unknown) and _may_be_absent(one))]
    if len(surely) >= wanted:
        return Truth.TRUE
    return Truth.UNKNOWN if len(perhaps) >= wanted or any(map(_may_be_many, perhaps)) else Truth.FALSE


def _holding(name: str, value: Value, wanted: object) -> str:
    held = len(value.items) if isinstance(value, List) else 0
    return f"{held or 'no'} {name}, at least {wanted} wanted"


def _may_be_many(value: Value) -> bool:
    """Whether it stands for as many blocks as an unknown `for_each` has elements."""
    return isinstance(value, Unknown) and any(isinstance(one, Object | List) for one in value.candidates)


def _may_be_absent(value: Unknown) -> bool:
    return any(isinstance(one, Absent) for one in value.candidates)


_GENERAL = (
    Verb("equals", _equals, "{name} is {value}", takes=(str, bool, int)),
    Verb("in", _in, "{name} is {value}", takes=list),
    Verb("matches", asked_of_scalar(_matches), "{name} is {value}", takes=str),
    Verb("at_least", asked_of_scalar(_at_least), "{name} is {value}", takes=int),
    Verb("at_most", asked_of_scalar(_at_most), "{name} is {value}", takes=int),
    Verb("starts_with", _starts_with, "{name} is {value}", takes=str),
    Verb("ends_with", _ends_with, "{name} is {value}", takes=str),
    Verb("contains", _contains, "{name} is {value}", takes=(str, bool, int)),
    Verb("holds_at_least", _holds_at_least, _holding, takes=int),
    Verb("present", _present, "{name} is {value}", takes=bool),
    Verb("written", _is_written, "{name} is written", takes=bool, denies="{name} is not written"),
    Verb("empty", _is_empty, "{name} is empty", takes=bool, denies="{name} is {value}"),
)


@cache
def verbs() -> dict[str, Verb]:
    """Every verb by its name."""
    from srm_lint.policy import documents, escalation, names, network, secrets, tags, trust

    groups = (documents, names, escalation, trust, network, secrets, tags)
    return {verb.name: verb for group in (_GENERAL, *(each.VERBS for each in groups)) for verb in group}
