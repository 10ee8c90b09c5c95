"""Work out what docs/compatibility.md says of expressions and limits, so that it says what is so.

    python tools/compatibility.py            write the last column of its tables anew
    python tools/compatibility.py --check    exit with 1 where it is not what it should be

The page is the source: a table whose last column is "Worth" holds expressions in the column before it, evaluated in
fixtures/compatibility as `srm-lint eval` does; in one whose last column is "Value", that column names constants of the
code. In an expression, ⏎ stands for a line break.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib import import_module
from pathlib import Path

from srm_lint.model.source import Tree
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import EvaluationError, Inputs, evaluate_in, functions

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "compatibility.md"
MODULE = ROOT / "fixtures" / "compatibility"
LONGEST = 72
"""How much of a text is shown."""

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_CELLS = re.compile(r"(?<!\\)\|")
_EVALUATED = {"can", "convert", "try"}
"""What is written as a function, and evaluated by the language itself."""


def cells(line: str) -> list[str]:
    """The cells of a row of a table, or nothing where the line is none."""
    return [cell.strip() for cell in _CELLS.split(line.strip())[1:-1]] if line.lstrip().startswith("|") else []


def renewed(text: str) -> str:
    """The page with the last column of its tables worked out."""
    lines: list[str] = []
    work_out = None
    for line in text.split("\n"):
        row = cells(line)
        if not row:
            work_out = None
        elif work_out is None:
            work_out = {"Worth": _worth, "Value": _constant}.get(row[-1], _as_it_is)
        elif not set(row[0]) <= set("-: "):
            row[-1] = work_out(row)
        lines.append(f"| {' | '.join(row)} |" if row else line)
    return "\n".join(lines)


def _as_it_is(row: Sequence[str]) -> str:
    return row[-1]


def _worth(row: Sequence[str]) -> str:
    expression = row[-2].strip("`").strip().replace("\\|", "|").replace(" ⏎ ", "\n").replace("⏎", "\n")
    try:
        worth = evaluate_in(MODULE, expression, Tree(MODULE), Inputs())
    except EvaluationError as error:
        return f"refused: {_prose(error.message)}"
    if worth.problems:
        return f"a problem: {_prose(worth.problems[0].message)}"
    return told(worth.value)


def _constant(row: Sequence[str]) -> str:
    module, _, name = row[-2].strip("`").rpartition(".")
    value = getattr(import_module(f"srm_lint.{module}"), name)
    mebibytes, rest = divmod(value, 1 << 20)
    return f"{mebibytes} MiB" if mebibytes and not rest else f"{value:,}"


def told(value: Value) -> str:
    """What a cell says of a value."""
    if value.sensitive:
        return "sensitive: known, and never printed" if not isinstance(value, Unknown) else "unknown and sensitive"
    if not isinstance(value, Unknown):
        return _code(written(value))
    if value.candidates:
        return f"one of {', '.join(_code(written(each)) for each in value.candidates)}: {_prose(value.reason)}"
    known = f"; known of it: {_code(written(value))}" if any(value.pieces) else ""
    return f"unknown: {_prose(value.reason)}{known}"


def written(value: Value) -> str:
    """A value as Terraform's console writes it, on one line; what is unknown in it is `?`."""
    match value:
        case Scalar(data=None) | Absent():
            return "null"
        case Scalar(data=bool() as data):
            return str(data).lower()
        case Scalar(data=int() | Decimal()):
            return str(value.to_python())
        case Scalar(data=str() as text):
            return _quoted(text)
        case List(items=items, unordered=unordered):
            text = f"[{', '.join(map(written, items))}]"
            return f"toset({text})" if unordered else text
        case Object(members=members):
            pairs = (f"{_key(name)} = {written(member)}" for name, member in members.items())
            return f"{{ {', '.join(pairs)} }}" if members else "{}"
        case Unknown(pieces=pieces) if any(pieces):
            return "".join("?" if piece is None else _quoted(piece) for piece in pieces)
    return "?"


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text if len(text) <= LONGEST else f"{text[:LONGEST]}…", ensure_ascii=False)


def _code(text: str) -> str:
    mark = "``" if "`" in text else "`"
    return f"{mark}{text}{mark}".replace("|", "\\|")


def _prose(text: str) -> str:
    return text.rstrip(".").replace("|", "\\|").replace("<", "&lt;")


def functions_told(text: str) -> Iterator[str]:
    """The functions that have a row, each once for each of its rows."""
    section = text.partition("\n## Functions\n")[2].partition("\n## ")[0]
    for line in section.split("\n"):
        named = re.match(r"`([a-z0-9]+)`", (cells(line) or [""])[0])
        if named is not None:
            yield named[1]


def faults(text: str) -> Iterator[str]:
    """What is wrong with the page besides its last columns."""
    rows = set(functions_told(text))
    there = {*functions.names(), *_EVALUATED}
    yield from (f"the function {name} has no row" for name in sorted(there - rows))
    yield from (f"there is no function {name}" for name in sorted(rows - there))


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it; return the exit code."""
    text = PAGE.read_text("utf-8")
    new = renewed(text)
    wrong = list(faults(text))
    if arguments == ["--check"]:
        old = text.split("\n")
        wrong += [f"{PAGE.name}:{at}: {line}" for at, line in enumerate(new.split("\n"), 1) if line != old[at - 1]]
    else:
        PAGE.write_text(new, "utf-8")
    for each in wrong:
        print(each)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
