"""When Terraform holds two values for equal, and in which order the elements of a set stand.

Values in; keys, answers, and sets out. What rests on an unknown part is never answered.
https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from srm_lint.model.value import Absent, List, Object, Plain, Scalar, Unknown, Value
from srm_lint.read.terraform.later import Identity
from srm_lint.read.terraform.scalars import ConversionError

MAX_NODES = 200_000
"""A structure is not compared further than this: locals that hold each other twice grow exponentially."""


class Undetermined(Exception):
    """What was asked depends on an unknown part."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


Key = tuple[object, ...]


def key_of(value: Value) -> Key:
    """A hashable key, the same for two values exactly if Terraform holds them for equal; keys of scalars of one type
    sort as they do.

    Raises `Undetermined` where a part is unknown, `ConversionError` where the structure is too large.
    """
    return _key(value, [MAX_NODES])


def _key(value: Value, budget: list[int]) -> Key:
    _spend(budget)
    match value:
        case Scalar(data=data):
            if data is None:
                return (0,)
            if isinstance(data, bool):
                return (1, data)
            return (3, data) if isinstance(data, str) else (2, data)
        case Absent():
            return (0,)
        case Unknown():
            raise Undetermined(value)
        case List():
            return (4, _kind(value), tuple([_key(item, budget) for item in value.items]))
        case Object(members=dict(members)):
            return (5, value.uniform, tuple([(name, _key(members[name], budget)) for name in sorted(members)]))
        case Object():
            raise Undetermined(Unknown(span=value.span, trace=value.trace, reason="not all of it is known"))
    raise ConversionError("the value has no equality")


def size_of(value: Value) -> int:
    """How many values there are to compare, `MAX_NODES` at most; what is behind an address is not looked into."""
    waiting = [value]
    count = 0
    while waiting and count < MAX_NODES:
        each = waiting.pop()
        count += 1
        if isinstance(each, List):
            waiting.extend(each.items)
        elif isinstance(each, Object) and isinstance(each.members, dict):
            waiting.extend(each.members.values())
    return count


def _spend(budget: list[int]) -> None:
    budget[0] -= 1
    if budget[0] < 0:
        raise ConversionError(f"structures of more than {MAX_NODES:,} values are not compared")


def _kind(value: List) -> str:
    return "set" if value.unordered else "list" if value.uniform else "tuple"


def equal(left: Value, right: Value) -> bool | None:
    """Whether Terraform holds both for equal, which takes that they are of one type; None where that is not known.

    Raises `ConversionError` where the structures are too large.
    """
    if isinstance(left, Scalar) and isinstance(right, Scalar) and left.data.__class__ is right.data.__class__ is str:
        return left.data == right.data
    return _equal(left, right, [MAX_NODES])


def _equal(left: Value, right: Value, budget: list[int]) -> bool | None:
    _spend(budget)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        one, other = left.data.__class__, right.data.__class__
        return (one is other or {one, other} == _NUMBERS) and left.data == right.data
    if isinstance(left, Unknown):
        return _equal_to_unknown(left, right, budget)
    if isinstance(right, Unknown):
        return _equal_to_unknown(right, left, budget)
    if isinstance(left, List) and isinstance(right, List):
        if left.unordered or right.unordered:
            return _equal_keys(left, right, budget)
        if left.uniform is not right.uniform or len(left.items) != len(right.items):
            return False
        return _all_equal(zip(left.items, right.items, strict=True), budget)
    if isinstance(left, Object) and isinstance(right, Object):
        ones, others = left.members, right.members
        if not isinstance(ones, dict) or not isinstance(others, dict):
            return None
        if left.uniform is not right.uniform or ones.keys() != others.keys():
            return False
        return _all_equal([(ones[name], others[name]) for name in ones], budget)
    structured = isinstance(left, List | Object) or isinstance(right, List | Object)
    return False if structured else _equal_keys(left, right, budget)


_NUMBERS = {int, Decimal}


def _equal_keys(left: Value, right: Value, budget: list[int]) -> bool | None:
    try:
        return _key(left, budget) == _key(right, budget)
    except Undetermined:
        return None


def _all_equal(pairs: Iterable[tuple[Value, Value]], budget: list[int]) -> bool | None:
    certain = True
    for left, right in pairs:
        same = _equal(left, right, budget)
        if same is False:
            return False
        certain = certain and same is not None
    return True if certain else None


def _equal_to_unknown(unknown: Unknown, other: Value, budget: list[int]) -> bool | None:
    if unknown.candidates:
        answers = {_equal(candidate, other, budget) for candidate in unknown.candidates}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(other, Unknown):
        return None
    if isinstance(unknown, Identity) and isinstance(other, Scalar) and other.data in (None, ""):
        return False
    if unknown.pieces and not (isinstance(other, Scalar) and _may_be(unknown.pieces, other.data)):
        return False
    return None


def _may_be(pieces: Sequence[str | None], data: Plain) -> bool:
    if not isinstance(data, str):
        return False
    return data.startswith(pieces[0] or "") and data.endswith(pieces[-1] or "")


def make_set(items: Iterable[Value], like: Value) -> List:
    """The set of `items`: sorted, distinct, unknown ones last; span and trace of `like`."""
    known: dict[Key, Value] = {}
    open_: list[Value] = []
    for item in items:
        try:
            known.setdefault(key_of(item), item)
        except Undetermined:
            open_.append(item)
    ordered = [known[key] for key in sorted(known, key=_order)]
    return List(
        span=like.span,
        origin=like.origin,
        trace=like.trace,
        sensitive=like.sensitive,
        items=(*ordered, *open_),
        unordered=True,
    )


def _order(key: Key) -> tuple[int, object]:
    rank = key[0]
    if rank == 0:
        return 3, ()  # null comes last
    return (1, key) if rank in (0, 1, 2, 3) else (2, repr(key))


def unordered_unknown(value: List) -> Unknown | None:
    """An unknown element of a set that may stand anywhere among others, or be one of them."""
    if not value.unordered or len(value.items) < 2:
        return None
    return next((item for item in value.items if isinstance(item, Unknown)), None)


def references_of(values: Iterable[Unknown]) -> tuple[str, ...]:
    """The references of all, each once, in order."""
    return tuple(dict.fromkeys(name for value in values for name in value.references))
