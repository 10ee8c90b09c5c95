"""Every function, asked in whole expressions: each line of `functions/*.txt` says what one is worth, or why it is none.

The lines are written from the pages of https://developer.hashicorp.com/terraform/language/functions and
https://opentofu.org/docs/language/functions.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import EvaluationError, evaluate, functions


class Line(NamedTuple):
    """One line of a table."""

    expression: str
    sign: str
    wanted: str


TABLES = sorted(Path(__file__).with_name("functions").glob("*.txt"))


def lines_of(table: Path) -> list[Line]:
    rows = [row for row in table.read_text().split("\n") if row and not row.startswith("#")]
    return [Line(*re.split(r"  (=>|!!|\?\?)  ", row, maxsplit=1)) for row in rows]


LINES = [pytest.param(line, table.stem, id=line.expression) for table in TABLES for line in lines_of(table)]
FILES = {
    "hello.txt": b"Hello World",
    "nl.txt": b"a\nb\n",
    "crlf.txt": b"a\r\nb\r\n",
    "bom.txt": b"\xef\xbb\xbfx",
    "bin.dat": b"\xff\xfe\x00\x01",
    "nfd.txt": "e\u0301".encode(),
    "empty.txt": b"",
    "d/x.tf.json": b"{}",
    "d/a.txt": b"1",
    "d/b.md": b"2",
    "d/.hid": b"3",
    "d/.h/z.txt": b"4",
    "d/e/f/g.txt": b"5",
    "d/e/h.txt": b"6",
    "d/[x].txt": b"7",
    "d/{y}.txt": b"8",
    "d/é.txt": b"9",
    "d/A.TXT": b"0",
    "d/sp ace.txt": b"0",
    "d/a-b.txt": b"0",
    "d/^c.txt": b"0",
    "d/star*.txt": b"0",
    "d/q?.txt": b"0",
    "who.tftpl": b"Hello ${name}!",
    "list.tftpl": b"%{ for a in l ~}\n- ${a}\n%{ endfor ~}\n",
    "one.tftpl": b"${v}",
    "rec.tftpl": b'${templatefile("rec.tftpl", {})}',
    "ff.tftpl": b'${file("hello.txt")}',
    "undef.tftpl": b"${nope}",
    "bad.tftpl": b"${",
    "esc.tftpl": b'$${x} %%{y} \\n "q"',
    "cond.tftpl": b"%{ if v }yes%{ else }no%{ endif }",
    "lit.tftpl": b"plain",
    "crlf.tftpl": b"a\r\n${v}\r\n",
    "nested.tftpl": b"${upper(v)} ${jsonencode({a=v})}",
    "bom.tftpl": b"\xef\xbb\xbf${v}",
    "ind.tftpl": b"  %{ if true ~}\n  x\n  %{~ endif }\n",
    "fn.tftpl": b'${core::upper("a")}',
    "for.tftpl": b"${[for x in l: x]}",
    "tr.tftpl": b"${a.b[0]} ${c}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    for name, content in FILES.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return made


def data_of(value: Value) -> Any:
    match value:
        case Scalar(data=data):
            return data
        case Object(members=members):
            return {name: data_of(member) for name, member in members.items()}
        case List(items=items):
            return [data_of(item) for item in items]
    raise AssertionError(value)


def number(text: str) -> int | Decimal:
    read = Decimal(text)
    return int(read) if read == read.to_integral_value() else read


def shape(data: Any) -> Any:
    """`data` with what `==` does not tell apart made visible: true is not 1."""
    if isinstance(data, list):
        return [shape(item) for item in data]
    if isinstance(data, dict):
        return {name: shape(member) for name, member in data.items()}
    return isinstance(data, bool), data


@pytest.mark.parametrize(("line", "table"), LINES)
def test_what_the_table_says(line: Line, table: str, folder: Path) -> None:
    base = folder if table == "files" else None
    if line.sign == "!!":
        with pytest.raises(EvaluationError, match=re.escape(line.wanted)):
            evaluate(line.expression, base_dir=base)
        return
    found = evaluate(line.expression, base_dir=base)
    if line.sign == "??":
        assert isinstance(found, Unknown)
        assert line.wanted in found.reason
    else:
        assert shape(data_of(found)) == shape(json.loads(line.wanted, parse_float=number, parse_int=number))


# These take anything, or an error of theirs is one of the expression that they hold.
NEVER_REFUSED = {"can", "ephemeralasnull", "issensitive", "sensitive"}
"""Functions that refuse no argument, only a wrong number of arguments."""


def named(lines: list[Line]) -> set[str]:
    return {name for line in lines for name in re.findall(r"([a-z0-9]+)\(", line.expression)}


def test_every_function_has_lines_of_both_kinds() -> None:
    lines = [line for table in TABLES for line in lines_of(table)]
    every = {*functions.names(), "try", "can", "convert"}
    assert every - named([line for line in lines if line.sign != "!!"]) == set()
    assert every - named([line for line in lines if line.sign == "!!"]) - NEVER_REFUSED == set()
