"""Inventories in, what `srm-lint show` prints out, as text or JSON.

Only this module knows how much of a value is shown: none of a secret, and no more than a bounded number of parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from msgspec import Struct

from srm_lint.model.inventory import Inventory
from srm_lint.model.resource import Configuration
from srm_lint.model.source import Problem
from srm_lint.model.value import Absent, Link, Scalar, Unknown, Value, every_value

SENSITIVE = "(sensitive)"

MAX_VALUES = 5_000
"""How many values of one entity are shown: values are shared, so a small file can stand for a very large tree."""

MAX_DEPTH = 40

FORMATS = {"text": "srm_lint.report.inventory_text", "json": "srm_lint.report.inventory_json"}


class Shown(Struct, frozen=True):
    """What is to be printed: each configuration with its inventory, and what could not be read besides."""

    inventories: Sequence[tuple[Configuration, Inventory]]
    problems: Sequence[Problem]
    version: str
    color: bool = False
    width: int = 100


class Budget:
    """How many more values may be shown of one entity."""

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def spend(self) -> bool:
        """Whether one more value may be shown."""
        self.left -= 1
        return self.left >= 0


def render(shown: Shown, format: str) -> str:  # noqa: A002 - the word of the command line
    """Write `shown` in `format`, one of `FORMATS`."""
    text: str = import_module(FORMATS[format]).render(shown)
    return text


def is_secret(value: Value) -> bool:
    """Whether `value` must not be printed: it is sensitive, or text that a sensitive value was encoded into."""
    if value.sensitive:
        return not isinstance(value, Absent | Link)
    encodes = value.encodes if isinstance(value, Scalar | Unknown) else None
    return encodes is not None and any(
        one.sensitive and not isinstance(one, Absent | Link) for one in every_value((encodes,))
    )
