"""The text of an expression in, its value as text out, for tables of expressions."""

from __future__ import annotations

import json
from decimal import Decimal

from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import evaluate


def shown(value: Value) -> str:
    """A value as `terraform console` prints it, on one line; an unknown one as its candidates, its pieces, or `?`."""
    match value:
        case Scalar(data=None):
            return "null"
        case Scalar(data=int() | Decimal() as number) if not isinstance(number, bool):
            return str(number)
        case Scalar(data=data):
            return json.dumps(data, ensure_ascii=False)
        case List(items=items):
            text = f"[{', '.join(map(shown, items))}]"
            return f"toset({text})" if value.unordered else f"tolist({text})" if value.uniform else text
        case Object(members=members):
            text = f"{{{', '.join(f'{name} = {shown(member)}' for name, member in sorted(members.items()))}}}"
            return f"tomap({text})" if value.uniform else text
        case Unknown(candidates=candidates) if candidates:
            return " | ".join(map(shown, candidates))
        case Unknown(pieces=pieces) if pieces:
            return "".join("…" if piece is None else piece for piece in pieces)
    return "?"


OPEN = evaluate("timestamp()")
"""A value that is not known."""


def worth(text: str) -> str:
    """What `text` is worth, where `var.open` is not known."""
    return shown(evaluate(text, {"open": OPEN}))
