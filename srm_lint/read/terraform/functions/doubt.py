"""Which parts of the arguments are unknown.

Values in; those of them that are unknown out, or `Undetermined` raised.
"""

from __future__ import annotations

from collections.abc import Iterable

from srm_lint.model.value import Unknown, Value
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
