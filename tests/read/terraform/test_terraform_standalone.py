"""Expressions that stand in no file: `evaluate`, and the plain data of its values."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from srm_lint.model.source import Span
from srm_lint.model.value import UNKNOWN, List, Scalar, Unknown
from srm_lint.read.terraform import EvaluationError, evaluate


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2", 3),
        ('upper("a") # a comment', "A"),
        ("1\n+ 1", 2),
        ("<<EOT\nhi\nEOT", "hi\n"),
        ('{ a = [1, null], "b" = true }', {"a": [1, None], "b": True}),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ("timestamp()", UNKNOWN),
        ("[timestamp(), 1]", [UNKNOWN, 1]),
        ("0.5", 0.5),
        ("1e+2", 100),
        ("9007199254740993", 9007199254740993),
    ],
)
def test_values_become_plain_data(text: str, wanted: object) -> None:
    found = evaluate(text).to_python()
    assert (found, found.__class__) == (wanted, wanted.__class__)


def test_a_number_that_no_float_is_stays_exact() -> None:
    assert evaluate("0.1 + 0.2").to_python() == 0.3
    assert evaluate("0.1000000000000000000000001").to_python() == Decimal("0.1000000000000000000000001")


@pytest.mark.parametrize("name", ["var.a", "a"])
def test_variables_are_given_as_plain_data_or_values(name: str) -> None:
    assert evaluate(f"{name}.b[0] * 2", {"a": {"b": [1.5]}}).to_python() == 3
    assert evaluate(f"{name} == null", {"a": None}).to_python() is True
    assert evaluate(name, {"a": {"y", "x"}}).to_python() == ["x", "y"]
    assert isinstance(evaluate(name, {"a": {"y", "x"}}), List)
    assert evaluate(name, {"a": Scalar(span=Span("f", 1, 1, 1, 2), data="v")}).to_python() == "v"


def test_a_variable_may_be_unknown() -> None:
    value = evaluate("[var.a, var.b]", {"a": UNKNOWN, "b": 1})
    assert value.to_python() == [UNKNOWN, 1]
    value = evaluate("var.a.b", {"a": UNKNOWN})
    assert isinstance(value, Unknown)
    assert value.references == ("var.a",)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("var.a", "no input variable", (1, 1, 6)),
        ("1 +", "the expression ends here; a value", (1, 4, 4)),
        ("1) + (2", "more than one expression", None),
        ("1\n)\nb = (2", "more than one expression", None),
        ('[1, upper("x", 2)]', "Too many function arguments", (1, 16, 17)),
        ("1 / 0", "Division by zero", (1, 1, 6)),
        ("[1][5]", "Invalid index", None),
        ('regex("[", "a")', "regex", None),
        ("frobnicate()", 'no function named "frobnicate"', (1, 1, 13)),
        ('file("main.tf")', "there is no base folder", None),
        ('fileset(".", "*")', "there is no base folder", None),
        ("each.key", "without for_each", None),
        ('"', "a quote is opened here", (1, 1, 1)),
        ("", "the expression ends here; a value was expected", (1, 1, 1)),
        ("[" * 5_000, "brackets", None),
    ],
)
def test_what_terraform_refuses_is_an_error_with_its_place(
    text: str, message: str, place: tuple[int, int, int] | None
) -> None:
    with pytest.raises(EvaluationError, match=message) as caught:
        evaluate(text)
    span = caught.value.span
    if place is not None:
        assert (span.line, span.column, span.end_column) == place
    assert caught.value.message == str(caught.value)


def test_a_base_folder_has_files_and_declarations(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "main.tf").write_text('locals { x = [for n in var.names : upper(n)] }\nvariable "names" {}\n')
    assert evaluate('file("a.txt")', base_dir=tmp_path).to_python() == "text"
    assert evaluate("local.x", {"names": ["a"]}, str(tmp_path)).to_python() == ["A"]
    assert evaluate("local.x", base_dir=tmp_path).to_python() is UNKNOWN
    with pytest.raises(EvaluationError, match="outside"):
        evaluate('file("../other.txt")', base_dir=tmp_path)


def test_resources_are_given_in_full(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_x" "y" {\n  count = 2\n  a = count.index\n  b {\n    c = 1\n  }\n}\n'
    )
    assert evaluate("aws_x.y", base_dir=tmp_path).to_python() == [{"a": 0, "b": [{"c": 1}]}, {"a": 1, "b": [{"c": 1}]}]
    assert evaluate("aws_x.y[*].id", base_dir=tmp_path).to_python() == [UNKNOWN, UNKNOWN]
