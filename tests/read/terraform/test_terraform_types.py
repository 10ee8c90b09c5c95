"""Which of Terraform's types a value has: what functions, splats and conditionals give, and what follows for equality.

From https://developer.hashicorp.com/terraform/language/expressions/types, …/conditionals, …/splat, …/for,
…/operators#equality-operators and the pages of the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from terraform_shown import worth

from srm_lint.model.value import Scalar
from srm_lint.read.terraform import EvaluationError, evaluate, session

if TYPE_CHECKING:
    from terraform_reading import Read

STRUCTURES = [
    ('["a", 1]', '["a", 1]'),
    ("{ a = 1 }", "{a = 1}"),
    ("[for v in tolist([1, 2]) : v]", "[1, 2]"),
    ("{ for k, v in tomap({ a = 1 }) : k => v }", "{a = 1}"),
    ('{ for v in ["a"] : v => v... }', '{a = ["a"]}'),
    # splat: https://developer.hashicorp.com/terraform/language/expressions/splat
    ("tolist([{ a = 1 }])[*].a", "tolist([1])"),
    ("toset([{ a = 1 }])[*].a", "tolist([1])"),
    ("[{ a = 1 }][*].a", "[1]"),
    ("{ a = 1 }[*].a", "[1]"),
    ("null[*]", "[]"),
    ('"a"[*]', '["a"]'),
]
CONVERSIONS = [
    ('tolist(["a", 1, true])', 'tolist(["a", "1", "true"])'),
    ("tolist([])", "tolist([])"),
    ("tolist(toset([2, 1]))", "tolist([1, 2])"),
    ('toset(["b", "a", "b"])', 'toset(["a", "b"])'),
    ('tomap({ a = 1, b = "x" })', 'tomap({a = "1", b = "x"})'),
    ("tomap({})", "tomap({})"),
    ("tolist([[1], [2, 3]])", "tolist([tolist([1]), tolist([2, 3])])"),
    ("tolist([[1], [2]])", "tolist([[1], [2]])"),
    ("tolist([{ a = 1 }, { b = 2 }])", "tolist([tomap({a = 1}), tomap({b = 2})])"),
    ('tolist([{ a = 1 }, { a = "x" }])', 'tolist([{a = "1"}, {a = "x"}])'),
    ("tolist([{ a = 1 }, tomap({ b = 2 })])", "tolist([tomap({a = 1}), tomap({b = 2})])"),
    ("tolist([toset([1]), [2]])", "tolist([toset([1]), toset([2])])"),
    ("tolist([toset([1]), tolist([2])])", "tolist([tolist([1]), tolist([2])])"),
]
FUNCTIONS = [
    ('split(",", "a,b")', 'tolist(["a", "b"])'),
    ("range(2)", "tolist([0, 1])"),
    ('sort(["b", "a"])', 'tolist(["a", "b"])'),
    ('compact(["a", ""])', 'tolist(["a"])'),
    ('distinct(["a", "a"])', 'tolist(["a"])'),
    ("chunklist([1, 2, 3], 2)", "tolist([tolist([1, 2]), tolist([3])])"),
    ("chunklist([], 2)", "tolist([])"),
    ("chunklist([], 0)", "tolist([])"),
    ('matchkeys(["x", "y"], ["a", "b"], ["b"])', 'tolist(["y"])'),
    ('formatlist("%s!", ["a"])', 'tolist(["a!"])'),
    ('regexall("[a-z]", "a1b")', 'tolist(["a", "b"])'),
    ('regexall("([a-z])([0-9])", "a1")', 'tolist([["a", "1"]])'),
    ('regex("([a-z])([0-9])", "a1")', '["a", "1"]'),
    ('regex("(?P<a>[a-z])", "x")', '{a = "x"}'),
    ('cidrsubnets("10.0.0.0/8", 8)', 'tolist(["10.0.0.0/16"])'),
    ('csvdecode("a,b\\n1,2\\n")', 'tolist([{a = "1", b = "2"}])'),
    ('jsondecode("[1, {\\"a\\": [2]}]")', "[1, {a = [2]}]"),
    ("jsondecode(jsonencode(tolist([toset([1]), [2]])))", "[[1], [2]]"),
    ("jsondecode(jsonencode(tomap({ a = tolist([1]) })))", "{a = [1]}"),
    ('yamldecode("a: [1]")', "{a = [1]}"),
    ("yamldecode(yamlencode(tolist([1])))", "[1]"),
    ("concat([1], [2])", "[1, 2]"),
    ("concat(tolist([1]), [2])", "[1, 2]"),
    ("concat(tolist([1]), tolist([2]))", "tolist([1, 2])"),
    ('concat(tolist([1]), tolist(["a"]))', 'tolist(["1", "a"])'),
    ("concat(tolist([1]), tolist([[2]]))", "[1, [2]]"),
    ("flatten([tolist([1]), toset([2]), 3])", "[1, 2, 3]"),
    ("reverse([1, 2])", "[2, 1]"),
    ("reverse(tolist([1, 2]))", "tolist([2, 1])"),
    ("reverse(toset([1, 2]))", "tolist([2, 1])"),
    ("slice([1, 2, 3], 0, 2)", "[1, 2]"),
    ("slice(tolist([1, 2, 3]), 0, 2)", "tolist([1, 2])"),
    ("keys({ b = 1, a = 2 })", '["a", "b"]'),
    ("keys(tomap({ b = 1, a = 2 }))", 'tolist(["a", "b"])'),
    ("values({ b = 1, a = 2 })", "[2, 1]"),
    ("values(tomap({ b = 1, a = 2 }))", "tolist([2, 1])"),
    ('zipmap(["a", "b"], [1, "x"])', '{a = 1, b = "x"}'),
    ('zipmap(["a", "b"], tolist([1, 2]))', "tomap({a = 1, b = 2})"),
    ("merge({ a = 1 }, tomap({ b = 2 }))", "{a = 1, b = 2}"),
    ("merge(tomap({ a = 1 }), tomap({ b = 2 }))", "tomap({a = 1, b = 2})"),
    ('merge(tomap({ a = 1 }), tomap({ b = "x" }))', '{a = 1, b = "x"}'),
    ("merge(tomap({ a = 1 }), null)", "tomap({a = 1})"),
    ("merge()", "{}"),
    ('lookup(tomap({ a = "x" }), "b", 1)', '"1"'),
    ('lookup({ a = "x" }, "b", 1)', "1"),
    ('transpose({ a = ["x"] })', 'tomap({x = tolist(["a"])})'),
    ("setproduct([1], [2])", "tolist([[1, 2]])"),
    ('setproduct([1, "a"], [2])', 'tolist([["1", 2], ["a", 2]])'),
    ("setproduct(toset([1]), [2])", "toset([[1, 2]])"),
    ("setunion([1], [2])", "toset([1, 2])"),
    ('setunion([1], ["a"])', 'toset(["1", "a"])'),
    ("setintersection(toset([1, 2]), [2])", "toset([2])"),
    ("coalescelist(tolist([]), [1])", "[1]"),
    ('coalesce(1, "a")', '"1"'),
    ("coalesce([1], tolist([2]))", "tolist([1])"),
    ("coalesce(null, [1], [2, 3])", "tolist([1])"),
    ("element(tolist([[1], [2]]), 1)", "[2]"),
    ("one(toset([[1]]))", "[1]"),
]
CONDITIONALS = [
    # https://developer.hashicorp.com/terraform/language/expressions/conditionals#result-types
    ('true ? 1 : "hello"', '"1"'),
    ('false ? true : "x"', '"x"'),
    ("true ? null : 1", "null"),
    ("true ? [1] : null", "[1]"),
    ("true ? [1] : []", "tolist([1])"),
    ("false ? [1] : []", "tolist([])"),
    ("true ? [1] : [2]", "[1]"),
    ('true ? [1, "a"] : [2, 3]', '[1, "a"]'),
    ('true ? [1, 2] : ["a", 3]', '["1", 2]'),
    ('true ? [1] : tolist(["a"])', 'tolist(["1"])'),
    ("true ? toset([1]) : [2]", "toset([1])"),
    ("false ? toset([1]) : [2, 2]", "toset([2])"),
    ('true ? toset([1]) : ["x"]', "toset([1])"),
    ("true ? toset([2, 1]) : tolist([3])", "tolist([1, 2])"),
    ("true ? { a = 1 } : {}", "tomap({a = 1})"),
    ("false ? { a = 1 } : {}", "tomap({})"),
    ("true ? {} : {}", "{}"),
    ('true ? { a = 1 } : { a = "x" }', '{a = "1"}'),
    ('true ? { a = 1, b = "x" } : { c = true }', 'tomap({a = "1", b = "x"})'),
    ('true ? { a = 1 } : tomap({ b = "x" })', 'tomap({a = "1"})'),
    ("true ? { a = { x = 1 }, b = { y = 2 } } : {}", "tomap({a = tomap({x = 1}), b = tomap({y = 2})})"),
    ("true ? { a = null } : { a = { b = 1 } }", "{a = null}"),
    ("true ? { a = [] } : { a = [1] }", "{a = tolist([])}"),
    ("true ? 1 : tolist([])[0]", "1"),
    ('false ? jsondecode("{") : { a = 1 }', "{a = 1}"),
    # of what is not known, the other branch is as it is
    ("true ? [1, var.open] : []", "tolist([1, ?])"),
    ("true ? { a = var.open, b = [1] } : {}", "tomap({a = ?, b = [1]})"),
    ('true ? { a = var.open, b = [1], c = "x" } : {}', '{a = ?, b = [1], c = "x"}'),
    ("var.open == 1 ? [1] : []", "tolist([1]) | tolist([])"),
    ('var.open == 1 ? 1 : "x"', '"1" | "x"'),
    ("var.open == 1 ? {} : {}", "{}"),
    ('var.open == 1 ? toset([1]) : ["x"]', "toset([1])"),
    ('try(var.open == 1 ? toset([1]) : ["x"], 2)', "toset([1]) | 2"),
    ('try(var.open == 1 ? "a" : null.b, 2)', '"a" | 2'),
    ("can(var.open == 1 ? 1 : null.b)", "?"),
    ("var.open == 1 ? toset([1]) : [2, 2]", "toset([1]) | toset([2])"),
]
EQUALITY = [
    # https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators
    ('1 == "1"', "false"),
    ('tostring(1) == "1"', "true"),
    ('tolist(["a"]) == ["a"]', "false"),
    ('tolist(["a"]) == tolist(["a"])', "true"),
    ('toset(["a"]) == tolist(["a"])', "false"),
    ('toset(["a", "b"]) == toset(["b", "a"])', "true"),
    ('["a", "b"] == ["a", "b"]', "true"),
    ('split(",", "a,b") == ["a", "b"]', "false"),
    ("tomap({ a = 1 }) == { a = 1 }", "false"),
    ('tomap({ a = 1 }) == tomap({ a = "1" })', "false"),
    ("{ a = 1 } == { a = 1 }", "true"),
    ("{ a = [1] } == { a = tolist([1]) }", "false"),
    ("tolist([]) == []", "false"),
    ("[] == []", "true"),
    ("[] != tolist([])", "true"),
    ("null == null", "true"),
    ("[] == null", "false"),
    # what differs for certain does not wait for what is unknown
    ("[1, var.open] == [2, var.open]", "false"),
    ("[1, var.open] == [1]", "false"),
    ("[1, var.open] == [1, 2]", "?"),
    ("{ a = var.open } == { b = 1 }", "false"),
    ('(var.open == 1 ? "a" : "b") == "c"', "false"),
    ('(var.open == 1 ? "a" : "b") == "b"', "false | true"),
    ('[var.open == 1 ? "a" : "b"] == ["c"]', "false"),
    ('"x-${var.open}" == "y"', "false"),
    ('"x-${var.open}" == []', "false"),
    ("contains([[1]], tolist([1]))", "false"),
    ("contains([tolist([1])], tolist([1]))", "true"),
    ('index(tolist(["a", "b"]), "b")', "1"),
]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [*STRUCTURES, *CONVERSIONS, *FUNCTIONS, *CONDITIONALS, *EQUALITY],
)
def test_types(text: str, wanted: str) -> None:
    assert worth(text) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('true ? "x" : ["x"]', "The 'true' value is string, but the 'false' value is tuple"),
        ("true ? 1 : true", "The 'true' value is number, but the 'false' value is bool"),
        ("true ? [1] : {}", "The 'true' value is tuple, but the 'false' value is object"),
        ('true ? { a = "x", b = [1] } : {}', "The 'true' value includes object attribute \"a\", which is absent"),
        ('false ? {} : { a = "x", b = [1] }', "The 'false' value includes object attribute \"a\", which is absent"),
        ('true ? { a = { b = "x" } } : { a = ["x"] }', 'Type mismatch for object attribute "a"'),
        ("true ? [1, [2]] : [1]", "The 'true' tuple has length 2, but the 'false' tuple has length 1"),
        ("true ? [1, [2]] : [1, 2]", "Type mismatch for tuple element 1: The 'true' value is tuple"),
        ("true ? tolist([[1]]) : tolist([1])", "Mismatched element types: The 'true' value is tuple"),
        ('true ? tomap({ a = "x" }) : { a = ["y"] }', "The 'true' value is map of string, but the 'false' value is"),
        ('var.open == 1 ? "x" : ["x"]', "The 'true' value is string, but the 'false' value is tuple"),
    ],
)
def test_branches_of_different_types_are_refused(text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        worth(text)
    assert caught.value.message.startswith("Inconsistent conditional result types")
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("concat(toset([1]), [2])", "all arguments must be lists or tuples"),
        ("slice(toset([1]), 0, 1)", "cannot slice a set"),
        ("coalescelist(toset([1]))", "coalescelist arguments must be lists or tuples"),
        ('zipmap(["a"], toset([1]))', "values argument must be a list or tuple value"),
        ("coalesce([1], 1)", "all arguments must have the same type"),
        ('lookup(tomap({ a = "x" }), "a", [])', "the default value must have the same type as the map elements"),
        ("tolist([1, [2]])", "all elements must have the same type, but they are number and tuple"),
        ('tolist(["a", var.open, [2]])', "all elements must have the same type, but they are string and tuple"),
        ("setunion([1], [[2]])", "all elements must have the same type"),
        ("element(toset([1]), 0)", "set"),
    ],
)
def test_functions_refuse_other_types(text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        worth(text)
    assert message in caught.value.message


TYPES = [
    ('"a"', "string"),
    ("1", "number"),
    ("true", "bool"),
    ("null", "dynamic"),
    ("[]", "tuple([])"),
    ("{}", "object({})"),
    ("tolist([])", "list(dynamic)"),
    ('tolist(["a"])', "list(string)"),
    ("toset([1])", "set(number)"),
    ("tomap({ a = tolist([true]) })", "map(list(bool))"),
    ('["a", [1]]', "tuple([\n    string,\n    tuple([\n        number,\n    ]),\n])"),
    ('{ b = 1, a = "x" }', "object({\n    a: string,\n    b: number,\n})"),
    ("tolist([{ a = 1 }])", "list(\n    object({\n        a: number,\n    }),\n)"),
]


@pytest.mark.parametrize(("text", "wanted"), TYPES)
def test_what_type_prints(text: str, wanted: str) -> None:
    found = evaluate(f"type({text})")
    assert isinstance(found, Scalar)
    assert found.data == wanted


def test_the_type_of_what_is_not_known_is_not_known() -> None:
    assert worth("type(var.open)") == "?"
    assert worth("type([var.open])") == "?"


def test_what_is_behind_an_address_is_not_looked_into(module: Callable[..., Read]) -> None:
    found = module(
        {
            "main.tf": (
                'module "m" {\n  source = "./m"\n}\nresource "t" "n" {\n  x = length([true ? module.m : {}])\n'
                "  y = length([tomap({ a = module.m }), tolist([module.m])])\n  z = module.m == { a = 1 }\n}\n"
            ),
            "m/main.tf": 'output "bad" {\n  value = 1 / 0\n}\n',
        }
    )
    assert (found.plain("t.n", "x"), found.plain("t.n", "y"), found.plain("t.n", "z")) == (1, 2, ...)
    assert found.problems == []


@pytest.mark.parametrize("text", ["true ? var.big : {}", "var.big == var.big"])
def test_large_structures_are_counted(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(session, "MAX_WORK", 3_000)
    big = {f"k{number}": [number] for number in range(400)}
    assert evaluate(text, {"big": big}) is not None
    with pytest.raises(EvaluationError, match="steps"):
        evaluate(f"[for i in range(100) : {text}]", {"big": big})


NULLS = """variable "ports" {
  type    = list(string)
  default = null
}
variable "rule" {
  type    = object({ a = optional(string, "x"), b = number })
  default = null
}
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("coalesce(var.ports, [80])", ["80"]),
        ("true ? [443] : var.ports", ["443"]),
        ("var.ports == null", True),
        ("type(var.ports)", "list(string)"),
        ("true ? { a = null, b = 1 } : var.rule", {"a": None, "b": 1}),
    ],
)
def test_a_null_keeps_the_type_of_its_variable(tmp_path: Path, text: str, wanted: object) -> None:
    (tmp_path / "main.tf").write_text(NULLS, "utf-8")
    assert evaluate(text, base_dir=tmp_path).to_python() == wanted
