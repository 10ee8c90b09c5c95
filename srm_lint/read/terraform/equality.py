"""When Terraform holds two values for equal, and in which order the elements of a set stand.

Values in; keys, answers, and sets out. What rests on an unknown part is never answered.
https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    budget[0] -= 1
    if budget[0] < 0:
        raise ConversionError(f"structures of more than {MAX_NODES:,} values are not compared")
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
            return (4, value.unordered, tuple(_key(item, budget) for item in value.items))
        case Object():
            return (5, tuple((name, _key(value.members[name], budget)) for name in sorted(value.members)))
    raise ConversionError("the value has no equality")


def equal(left: Value, right: Value) -> bool | None:
    """Whether Terraform holds both for equal, without conversion; None where that is not known."""
    try:
        return key_of(left) == key_of(right)
    except Undetermined as undetermined:
        unknown = undetermined.unknown
    other = right if left is unknown else left if right is unknown else None
    if isinstance(unknown, Identity) and isinstance(other, Scalar) and other.data in (None, ""):
        return False
    if other is not None and unknown.pieces and isinstance(other, Scalar) and not _may_be(unknown.pieces, other.data):
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
    return (1, key) if rank in (0, 1, 2, 3) else (2, repr(key))


def references_of(values: Iterable[Unknown]) -> tuple[str, ...]:
    """The references of all, each once, in order."""
    return tuple(dict.fromkeys(name for value in values for name in value.references))
