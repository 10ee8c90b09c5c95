"""What modules require of providers in, whether a provider is surely older or newer than some version out.

Only this module knows version constraints: https://developer.hashicorp.com/terraform/language/expressions/version-constraints.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from srm_lint.model.resource import Requirement

Version = tuple[int, ...]
_ONE = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+)*)(?:[-+][\w.+-]*)?\s*")
_NEWEST: Version = (1_000_000,)
MAX_TEXT = 200
"""No constraint is longer."""


class Versions:
    """The versions that the providers of one configuration may have."""

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._lowest: dict[str, Version] = defaultdict(lambda: (0,))
        self._below: dict[str, Version] = defaultdict(lambda: _NEWEST)
        for requirement in requirements:
            name = requirement.source.rpartition("/")[2] or requirement.name
            # What is locked is what is used, whatever else would do.
            for lowest, below in _bounds(f"= {requirement.locked}" if requirement.locked else requirement.versions):
                self._lowest[name] = max(self._lowest[name], lowest)
                self._below[name] = min(self._below[name], below)

    def reached(self, provider: str, version: str) -> bool | None:
        """Whether `provider` is of this version or a later one; None where it may be or not."""
        wanted = _version(version)
        if self._lowest[provider] >= wanted:
            return True
        return False if self._below[provider] <= wanted else None


def _bounds(constraints: str) -> Iterator[tuple[Version, Version]]:
    """For each constraint, the lowest version that fits, and the lowest above all that fit."""
    for text in constraints[:MAX_TEXT].split(","):
        match = _ONE.fullmatch(text)
        if match is None:
            continue
        operator, version = match[1] or "=", _version(match[2])
        if operator == "=":
            yield version, (*version, 1)
        elif operator in (">=", ">"):
            yield version, _NEWEST
        elif operator in ("<", "<="):
            yield (0,), version if operator == "<" else (*version, 1)
        elif operator == "~>":
            # Only the last part that is written may grow.
            written = [int(part) for part in match[2].split(".")]
            kept = written[:-1] or written
            yield version, _trimmed((*kept[:-1], kept[-1] + 1))


def _version(text: str) -> Version:
    return _trimmed(tuple(int(part) for part in text.split(".")))


def _trimmed(version: Version) -> Version:
    """Without zeros at the end: 6 is 6.0.0."""
    while len(version) > 1 and version[-1] == 0:
        version = version[:-1]
    return version
