from __future__ import annotations

from collections.abc import Callable

import pytest
from terraform_reading import Read, plain

from srm_lint.model.value import Unknown, Value

Evaluate = Callable[..., Value]

VALUES = """
variable "n" {}
variable "flag" {}
locals {
  list  = ["a", "b", "c"]
  set   = toset(["b", "a"])
  map   = { x = 1, y = 2 }
  deep  = [{ id = 1, tags = ["p", "q"] }, { id = 2, tags = ["r"] }]
  one   = { id = 7 }
  none  = null
  é     = "accent"
}
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # literals
        ("1", 1),
        ("-1", -1),
        ("1.5", 1.5),
        ("1e3", 1000),
        ("1e+2", 100),
        ("2.5e-1", 0.25),
        ("true", True),
        ('"a\\tb\\n\\"c\\" \\\\ \\u00e9"', 'a\tb\n"c" \\ é'),
        ('"$${x} %%{y} $x %y $"', "${x} %{y} $x %y $"),
        # operators, their precedence and conversions
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("7 % 4", 3),
        ("1 / 4", 0.25),
        ('"3" + 4', 7),
        ("-local.map.x", -1),
        ("-local.map.x + 3", 2),
        ("!true || true", True),
        ("1 + 1 == 2 && 3 > 2", True),
        ("1 < 2 == true", True),
        ('1 == "1"', False),
        ("[1, 2] == [1, 2]", True),
        ("{ a = 1 } != { a = 2 }", True),
        ("local.none == null", True),
        ('"true" && true', True),
        # conditionals lean to the right
        ("false ? 1 : false ? 2 : 3", 3),
        ("true ? 1 : false ? 2 : 3", 1),
        ("false ? 1 : true ? 2 : 3", 2),
        ("true ? false ? 1 : 2 : 3", 2),
        ("(true ? false : true) ? 1 : 2", 2),
        ("false ? 0 : false ? 1 : false ? 2 : true ? 3 : 4", 3),
        ('false ? "a" : 1', "1"),
        # structures
        ("[1, [2], {}]", [1, [2], {}]),
        ('{ a = 1, "b" : 2, (local.list[0]) = 3 }', {"a": 3, "b": 2}),
        ('{ "k-${1}" = 4, 5 = 6, true = 7 }', {"k-1": 4, "5": 6, "true": 7}),
        ("{ a = 1\n b = 2 }", {"a": 1, "b": 2}),
        # steps
        ("local.list[1]", "b"),
        ("local.list.1", "b"),
        ("local.deep.0.tags.1", "q"),
        ('local.map["y"]', 2),
        ("local.deep[*].id", [1, 2]),
        ("local.deep.*.id", [1, 2]),
        ("local.deep[*].tags[0]", ["p", "r"]),
        ("local.deep.*.tags[0]", ["p", "q"]),
        ("local.one[*].id", [7]),
        ("local.none[*]", []),
        ("local.set[*]", ["a", "b"]),
        ("local.é", "accent"),
        # for
        ("[for v in local.list : upper(v)]", ["A", "B", "C"]),
        ("[for i, v in local.list : i if v != \"b\"]", [0, 2]),
        ("[for k, v in local.map : \"${k}=${v}\"]", ["x=1", "y=2"]),
        ("[for v in local.set : v]", ["a", "b"]),
        ("{ for k, v in local.map : v => k }", {"1": "x", "2": "y"}),
        ("{ for v in [\"ab\", \"ac\", \"b\"] : substr(v, 0, 1) => v... }", {"a": ["ab", "ac"], "b": ["b"]}),
        ("[for d in local.deep : [for t in d.tags : \"${d.id}${t}\"]]", [["1p", "1q"], ["2r"]]),
        # calls
        ("max([1, 5, 3]...)", 5),
        ("try(local.map.z, local.list[9], \"last\")", "last"),
        ("can(local.map.z)", False),
        ("can(local.map.x)", True),
        # text
        ('"${local.list}"', ["a", "b", "c"]),
        ('"n=${1}, b=${true}"', "n=1, b=true"),
        ('"a${"b${"c"}"}"', "abc"),
        ('"  lead ${~ "x" ~}  trail "', "  leadxtrail "),
        ('"%{ if true }yes%{ else }no%{ endif }"', "yes"),
        ('"%{ if false }yes%{ endif }"', ""),
        ('"%{ for v in local.list }${v},%{ endfor }"', "a,b,c,"),
        ('"%{ for i, v in local.list ~} ${i}${v} %{~ endfor }"', "0a1b2c"),
        ("<<E\n  a\n   ${1}\nE", "  a\n   1\n"),
        ("<<-E\n    a\n      b ${1}\n\n    c\n  E", "a\n  b 1\n\nc\n"),
        ("<<-E\n    a\n  ${1}\n    E", "  a\n1\n"),
        ("<<E\n%{ for v in local.list ~}\n- ${v}\n%{ endfor ~}\nend\nE", "- a\n- b\n- c\nend\n"),
        ("<<E\nquote \" and \\n stay $${x}\nE", 'quote " and \\n stay ${x}\n'),
        ("<<E\nE", ""),
        # what stands between the parts of an expression
        ('"$${a}${1}%%{b}"', "${a}1%{b}"),
        ('"\\\\${1}"', "\\1"),
        ('"a ${1} ${2}  b"', "a 1 2  b"),
        ('{ "${1}-x" = 1 }', {"1-x": 1}),
        ('local.map["${"x"}"]', 1),
        ("[\n  1, # one\n  /* two */ 2, // three\n]", [1, 2]),
        ("{\n  # first\n  a = 1, # one\n  b = 2\n\n  /* c */\n}", {"a": 1, "b": 2}),
        ("(\n  true # really\n  ? 1\n  : 2\n)", 1),
        ("max(\n  1, # one\n  2,\n)", 2),
        ("(1 + # one\n  2)", 3),
        ('!contains(local.list, "z") && true', True),
        ("-1 * -2", 2),
        ("-(1 + 2)", -3),
        ("!(1 > 2)", True),
        ("local.none == null ? [] : [local.none]", []),
        ("[<<E\na\nE\n, \"b\"]", ["a\n", "b"]),
        ("upper(<<E\na\nE\n)", "A\n"),
        ('"%{ for d in local.deep }%{ if d.id == 1 }<${join("", d.tags)}>%{ else }-%{ endif }%{ endfor }"', "<pq>-"),
        ('[for s in local.deep : s if length([for t in s.tags : t if t == "r"]) > 0][0].id', 2),
        ("(local.deep)[1].id", 2),
        ("[1, 2, 3][1]", 2),
        ("{ a = { b = 3 } }.a.b", 3),
        ("local.deep[0][\"tags\"][1]", "q"),
        ("local.deep[*][\"id\"]", [1, 2]),
        ("local.deep[length(local.deep) - 1].id", 2),
        ("flatten(local.deep[*].tags)", ["p", "q", "r"]),
        ("merge(local.map, { z = 3 })", {"x": 1, "y": 2, "z": 3}),
        ("1 == 1 ? \"a\" : \"b\"", "a"),
        ("true || local.map.z", True),
        ("false && local.map.z", False),
        ("1 != 2 && 2 >= 2 && 1 <= 2", True),
    ],
)  # fmt: skip
def test_known(expression: Evaluate, text: str, wanted: object) -> None:
    found = plain(expression(text, VALUES))
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("var.flag && false", False),
        ("false && var.flag", False),
        ("var.flag || true", True),
        ("(var.flag ? 1 : 2) > 0", True),
        ('(var.flag ? "a" : "b") == "c"', False),
        ("var.flag ? 1 : 1", 1),
        ("length([var.n])", 1),
        ("{ a = var.n } == null", False),
        ("null != [var.n]", True),
        ('"x-${var.n}" == null', False),
        ("var.flag != null || true", True),
        ("[var.n, 1][1]", 1),
    ],
)
def test_decided_although_something_is_unknown(expression: Evaluate, text: str, wanted: object) -> None:
    assert plain(expression(text, VALUES)) == wanted


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ('var.flag ? "a" : "b"', ["a", "b"]),
        ('"x-${var.flag ? "a" : "b"}"', ["x-a", "x-b"]),
        ("(var.flag ? 1 : 2) + 10", [11, 12]),
        ("var.flag ? (var.flag ? 1 : 2) : 3", [1, 2, 3]),
        ('upper(var.flag ? "a" : "b")', ["A", "B"]),
        ("local.list[var.n]", ["a", "b", "c"]),
        ("(var.flag ? local.map : { x = 9 }).x", [1, 9]),
        ("[for v in [1, 2] : v if var.flag || v == 1]", [[1, 2], [1]]),
        ("try(var.flag ? local.list : [], 1)", [["a", "b", "c"], [], 1]),
    ],
)
def test_candidates(expression: Evaluate, text: str, candidates: list[object]) -> None:
    value = expression(text, VALUES)
    assert isinstance(value, Unknown)
    assert [plain(candidate) for candidate in value.candidates] == candidates
    assert value.reason in ("var.flag has no value", "var.n has no value")


@pytest.mark.parametrize(
    "text",
    ["var.n + 1", "var.n.a.b[0]", "[for v in var.n : v]", "upper(var.n)", "!var.n", "var.n[*].id", "max(var.n...)"],
)
def test_open(expression: Evaluate, text: str) -> None:
    value = expression(text, VALUES)
    assert isinstance(value, Unknown)
    assert (value.reason, value.references, value.candidates) == ("var.n has no value", ("var.n",), ())


def test_text_keeps_its_known_pieces(expression: Evaluate) -> None:
    value = expression('"arn:${var.n}:x${1}${"${var.flag}-"}"', VALUES)
    assert isinstance(value, Unknown)
    assert value.pieces == ("arn:", None, ":x1", None, "-")
    assert value.references == ("var.n", "var.flag")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "Division by zero"),
        ('"a" + 1', "a number is required"),
        ("local.list[3]", "out of range"),
        ("local.map.z", 'does not have an attribute named "z"'),
        ("local.set[0]", "elements of a set"),
        ('"${local.map} x"', "string required"),
        ("local.nothing", 'local value with the name "nothing"'),
        ("var.nothing", 'input variable with the name "nothing"'),
        ("aws_x.y.id", 'managed resource "aws_x" "y"'),
        ("data.aws_x.y.id", 'data resource "aws_x" "y"'),
        ("module.m.x", 'module call named "m"'),
        ("each.key", "without for_each"),
        ("[for v in 1 : v]", "non-iterable"),
        ("{ for v in [1, 1] : v => v }", "Duplicate object key"),
        ("upper()", "Not enough function arguments"),
        ('"yes" ? 1 : 2', "a bool is required"),
        ("max(1...)", "expanding argument"),
    ],
)
def test_refused(module: Callable[..., Read], text: str, message: str) -> None:
    found = module(f'resource "t" "n" {{\n  x = {text}\n}}\n{VALUES}')
    ((kind, said),) = found.problems
    assert kind == "syntax"
    assert message in said
    assert found.plain("t.n", "x") is ...
    assert found.configuration.problems[0].span.line == 2


def test_a_function_that_there_is_not_is_a_problem(module: Callable[..., Read]) -> None:
    found = module('resource "aws_x" "y" {\n  a = frobnicate(1)\n}\n')
    assert found.problems == [("unsupported", 'Call to unknown function: there is no function named "frobnicate".')]
    assert found.plain("aws_x.y", "a") is ...


def test_doubtful_key_gives_an_open_object(expression: Evaluate) -> None:
    assert plain(expression("{ (var.n) = 1, b = 2 }", VALUES)) is ...
