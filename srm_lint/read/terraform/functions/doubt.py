"""Which parts of the arguments are unknown.

Values in; those of them that are unknown out, or `Undetermined` raised.
"""

from __future__ import annotations

from collections.abc import Iterable

from srm_lint.model.value import List, Object, Unknown, Value
from srm_lint.read.terraform.conversion import Undetermined, key_of


def unknowns(values: Iterable[Value]) -> list[Unknown]:
    """Those of the values that are unknown themselves."""
    return [value for value in values if isinstance(value, Unknown)]


def all_known(listed: Iterable[Value]) -> None:
    """Raises `Undetermined` where one of the values is unknown itself."""
    for item in listed:
        if isinstance(item, Unknown):
            raise Undetermined(item)


def unknown_of(*values: Value) -> Unknown:
    """The first unknown part of any of the values, one of which must have one."""
    for value in values:
        try:
            key_of(value)
        except Undetermined as undetermined:
            return undetermined.unknown
    raise AssertionError("one of the values is unknown, or they could be compared")


def unknown_parts(values: Iterable[Value]) -> list[Unknown]:
    """All parts of the values that are unknown, however deep, each once."""
    found: list[Unknown] = []
    seen: set[int] = set()
    waiting = [*values][::-1]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        match value:
            case Unknown():
                found.append(value)
            case List(items=items):
                waiting.extend(reversed(items))
            case Object(members=members):
                waiting.extend(reversed([*members.values()]))
    return found
