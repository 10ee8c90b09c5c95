"""The sentence that a piece of evidence says: a verb, a name and a value in, words out. Sensitive values never get
out.
"""

from __future__ import annotations

from decimal import Decimal

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import Absent, Link, List, Object, Origin, Plain, Scalar, Unknown, Value

MAX_SHOWN = 60
"""Characters of a value that a sentence quotes: it names the value, the snippet beside it shows it."""

MAX_DEPTH = 3
"""How deep a sentence looks into lists of lists and choices of choices."""


def sentence(verb: Verb, name: str, value: Value, wanted: object, truth: Truth) -> str:
    """What `value`, called `name`, says when `verb` was asked of it and the answer was `truth`."""
    if isinstance(value, Unknown) and truth is Truth.UNKNOWN:
        return f"{name} is unknown: {value.reason}"
    if not isinstance(verb.says, str):
        return verb.says(name, value, wanted)
    if isinstance(value, Absent):
        return f"{name} is not set"
    if verb.name == "present" and (isinstance(value, Unknown) or (isinstance(value, List) and value.items)):
        return f"{name} is set"  # what it is does not matter
    template = verb.denies if verb.denies and not verb.is_so(truth, wanted) else verb.says
    says = template.format(name=name, value=worth(value), wanted=_wanted(wanted))
    return f"{says} by default" if value.origin is Origin.DEFAULT and isinstance(value, Scalar) else says


def alternatives(wanted: object) -> str:
    """One wanted value, or several of which one is wanted."""
    return " or ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)


def worth(value: Value, depth: int = 0) -> str:
    """`value` in a few words."""
    if value.sensitive:
        return "(sensitive)"
    if depth > MAX_DEPTH:
        return "…"
    match value:
        case Scalar(data=data):
            return _plain(data)
        case Unknown(candidates=candidates) if candidates:
            return " or ".join(dict.fromkeys(worth(one, depth + 1) for one in candidates[:5]))
        case Unknown(pieces=pieces) if any(pieces):
            return f'"{_cut("".join("…" if piece is None else piece for piece in pieces))}"'
        case Unknown(reason=reason):
            return f"unknown ({reason})"
        case Absent():
            return "not set"
        case Link(address=address):
            return address
        case List(items=items):
            return _cut(f"[{', '.join(worth(item, depth + 1) for item in items[:5])}{', …' if len(items) > 5 else ''}]")
        case Object():
            return "set"
    return "a value"


def _plain(data: Plain) -> str:
    if isinstance(data, str):
        return f'"{_cut(data)}"'
    if isinstance(data, bool | None):
        return {True: "true", False: "false", None: "null"}[data]
    return f"{data:f}" if isinstance(data, Decimal) else str(data)


def _cut(text: str) -> str:
    first = text.partition("\n")[0]
    return first if len(first) <= MAX_SHOWN and first == text else f"{first[:MAX_SHOWN]}…"


def _wanted(wanted: object) -> str:
    return ", ".join(str(one) for one in wanted) if isinstance(wanted, list) else str(wanted)
