"""Addresses of instances in, their parts out: https://developer.hashicorp.com/terraform/cli/state/resource-addressing.

Only this module knows how instance keys are written in them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

_KEY = r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]'
_KEYS = re.compile(_KEY)
_CALL = re.compile(rf"module\.([^.\[]+)({_KEY})?\.?")
_STEP = re.compile(rf"\.?([^.\[\]]+)((?:{_KEY})*)")


def plain(address: str) -> str:
    """An address without its instance keys."""
    return _KEYS.sub("", address) if "[" in address else address


def calls_of(module: str) -> list[tuple[str, str]]:
    """The names and instance keys of the module calls that lead to a module instance, from the root on."""
    return _CALL.findall(module)


def steps_of(reference: str) -> list[tuple[str, str]]:
    """The names of a reference, each with the keys behind it: `a.b[0].c` is a, b with `[0]`, and c."""
    return _STEP.findall(reference)


class Known:
    """The addresses of one plan, to find those that a less exact one means."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._addresses = frozenset(addresses)
        self._by_plain: dict[str, list[str]] = defaultdict(list)
        for address in self._addresses:
            self._by_plain[plain(address)].append(address)

    def meant(self, address: str, near: str) -> Sequence[str]:
        """The instances that `address` may mean: itself, or those that it leaves open, in the module instance `near`
        if there are any.
        """
        if address in self._addresses:
            return (address,)
        found = sorted(self._by_plain.get(plain(address), ()))
        return [each for each in found if each.startswith(near)] or found
