"""The value of an expression in, what `srm-lint eval` prints out, as text or JSON."""

from __future__ import annotations

from msgspec import Struct

from srm_lint.model.source import Problem
from srm_lint.model.value import Unknown, Value
from srm_lint.report.document import encoded, problem_of
from srm_lint.report.ink import Ink
from srm_lint.report.inventory import Budget, is_secret
from srm_lint.report.inventory_json import SCHEMA_VERSION, value_of
from srm_lint.report.inventory_text import leaves, listing
from srm_lint.report.visible import inert, visible

FORMATS = ("text", "json")


class Shown(Struct, frozen=True):
    """What is to be printed: what was asked, what it is worth, of which type (empty where that is not known), and what
    was wrong on the way.
    """

    expression: str
    value: Value
    type: str
    problems: tuple[Problem, ...]
    version: str
    color: bool = False


def render(shown: Shown, format: str) -> str:  # noqa: A002 - the word of the command line
    """Write `shown` in `format`, one of `FORMATS`. What is sensitive is not told."""
    return _json(shown) if format == "json" else _text(shown)


def _json(shown: Shown) -> str:
    return encoded(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "srm-lint", "version": shown.version},
            "expression": shown.expression,
            "value_type": shown.type or None,
            "result": value_of(shown.value, Budget(), 0),
            "problems": [problem_of(problem) for problem in shown.problems],
        }
    )


def _text(shown: Shown) -> str:
    ink = Ink(shown.color)
    value = shown.value
    lines = [visible(line) for line in (shown.type or "of unknown type").split("\n")]
    budget = Budget()
    lines.extend(listing(list(leaves("", value, budget, 0)), ink))
    if budget.left < 0:
        lines.append("  … and more")
    if isinstance(value, Unknown) and not is_secret(value):
        if value.references:
            lines.append(f"  rests on {', '.join(map(visible, value.references))}")
        if any(value.pieces):
            known = "".join("…" if piece is None else visible(piece) for piece in value.pieces)
            lines.append(f'  known of it: "{known}"')
    return inert("\n".join(lines) + "\n")
