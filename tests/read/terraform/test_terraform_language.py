"""The expression language, page by page of its documentation: what is written, and what it is worth.

https://developer.hashicorp.com/terraform/language/expressions and
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md.
"""

from __future__ import annotations

import pytest
from terraform_shown import worth

from srm_lint.read.terraform import EvaluationError

# https://developer.hashicorp.com/terraform/language/expressions/types
TYPES_AND_VALUES = [
    ('"hello"', '"hello"'),
    ("15", "15"),
    ("6.283185", "6.283185"),
    ("true", "true"),
    ("null", "null"),
    ('["us-west-1a", "us-west-1c"]', '["us-west-1a", "us-west-1c"]'),
    ('{ name = "Mabel", age = 52 }', '{age = 52, name = "Mabel"}'),
    # numbers: an exponent may have a sign, and none is rounded to what a double holds
    ("1e3", "1000"),
    ("1e+2", "100"),
    ("1E-2", "0.01"),
    ("1.5e3", "1500"),
    ("12345678901234567890 + 1", "12345678901234567891"),
    ("0.1 + 0.2", "0.3"),
    # elements: square brackets with numbers or texts, the older dot with digits
    ('["a", "b"][1]', '"b"'),
    ('["a", "b"]["1"]', '"b"'),
    ('["a", "b"].1', '"b"'),
    ('{ a = 1 }["a"]', "1"),
    ("{ a = 1 }.a", "1"),
    ('{ "0" = "x" }[0]', '"x"'),
    ('tomap({ "0" = "x" })[0]', '"x"'),
    ("{ a = { b = [{ c = 5 }] } }.a.b[0].c", "5"),
    ("{ a = { b = [{ c = 5 }] } }.a.b.0.c", "5"),
    # keys of objects: a bare word is a text, also true and null; all else is an expression
    ("{ a : 1, b : 2 }", "{a = 1, b = 2}"),
    ("{ a = 1, }", "{a = 1}"),
    ('{ 1 = "a", true = "b", null = "c" }', '{1 = "a", null = "c", true = "b"}'),
    ('{ (1 + 1) = "x", "${"k"}-y" = 1 }', '{2 = "x", k-y = 1}'),
    ("{ (true) = 1 }", "{true = 1}"),
    ("{ a = 1, a = 2 }", "{a = 2}"),
    # conversion: https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion
    ('"${true}"', "true"),
    ('"is ${true}"', '"is true"'),
    ('"5" * "2"', "10"),
    ('"true" && true', "true"),
    ('"1" ? 2 : 3', "2"),
]
# https://developer.hashicorp.com/terraform/language/expressions/operators
OPERATORS = [
    ("2 + 3 * 4 - 1", "13"),
    ("(2 + 3) * 4", "20"),
    ("10 / 4", "2.5"),
    ("-7 % 3", "-1"),
    ("7 % -3", "1"),
    ('-"5"', "-5"),
    ("- - 1", "1"),
    ("1 - -1", "2"),
    ("!false", "true"),
    ('!"true"', "false"),
    ("!true == false", "true"),
    ("1 < 2 == true", "true"),
    ('"2" < 10', "true"),
    ("2 >= 2 && 2 <= 2", "true"),
    ("true || false && false", "true"),
    ("5 > 3 && 2 > 1 || false", "true"),
    ("1.0 == 1", "true"),
    ('true == "true"', "false"),
    ('"a" == "A"', "false"),
    ('null == ""', "false"),
    ("(/* a */ 1 + // b\n  2 # c\n)", "3"),
    # what decides on one side does not wait for the other one
    ("false && var.open", "false"),
    ("var.open && false", "false"),
    ("true || var.open", "true"),
    ("true || null.a", "true"),
    ("false && null.a", "false"),
]
# https://developer.hashicorp.com/terraform/language/expressions/conditionals
CONDITIONALS = [
    ("true ? 1 : false ? 2 : 3", "1"),
    ("false ? 1 : false ? 2 : 3", "3"),
    ("true ? false ? 1 : 2 : 3", "2"),
    ('"" != "" ? "" : "default-a"', '"default-a"'),
    ("true ? 1 : null.a", "1"),
    ("false ? 1 / 0 : 2", "2"),
]
# https://developer.hashicorp.com/terraform/language/expressions/for
FOR = [
    ('[for s in ["a", "b"] : upper(s)]', '["A", "B"]'),
    ("[for k, v in { b = 1, a = 2 } : length(k) + v]", "[3, 2]"),
    ('[for i, v in ["a", "b"] : "${i} is ${v}"]', '["0 is a", "1 is b"]'),
    ('[for k, v in toset(["b", "a"]) : "${k}${v}"]', '["aa", "bb"]'),
    ('{ for s in ["a", "b"] : s => upper(s) }', '{a = "A", b = "B"}'),
    ('[for s in ["a", ""] : upper(s) if s != ""]', '["A"]'),
    (
        "{ for name, user in { x = { admin = true }, y = { admin = false } } : name => user if user.admin }",
        "{x = {admin = true}}",
    ),
    ('{ for name, role in { a = "r", b = "s", c = "r" } : role => name... }', '{r = ["a", "c"], s = ["b"]}'),
    ("{ for k, v in { a = 1, b = 2 } : v => k }", '{1 = "a", 2 = "b"}'),
    ('[for x in [1] : x if "true"]', "[1]"),
    ("[for x in { b = 1, a = 2 } : x]", "[2, 1]"),
    ("[for x in [[1, 2], [3]] : [for y in x : y * 10]]", "[[10, 20], [30]]"),
    ("[for x in [var.open, 1] : x]", "[?, 1]"),
    ("length([for x in [var.open, 1] : x])", "2"),
    ("{ for k, v in { a = var.open } : k => v }", "{a = ?}"),
]
# https://developer.hashicorp.com/terraform/language/expressions/splat
SPLAT = [
    ('[{ id = "a", interfaces = [{ name = "x" }] }][*].id', '["a"]'),
    ("[{ a = [1, 2] }, { a = [3] }][*].a[0]", "[1, 3]"),
    ("[{ a = [1, 2] }, { a = [3] }].*.a[0]", "[1, 2]"),
    ("[{ a = [{ b = 1 }] }, { a = [] }][*].a[*].b", "[[1], []]"),
    ("[[1, 2], [3]][*][0]", "[1, 3]"),
    ('"x"[*]', '["x"]'),
    ("{ a = 1 }[*].a", "[1]"),
    ("null[*].a", "[]"),
    ("[][*].a", "[]"),
    ("[{ a = 1 }, { a = var.open }][*].a", "[1, ?]"),
    ("var.open[*].a", "?"),
    ("one([][*].a)", "null"),
]
# https://developer.hashicorp.com/terraform/language/expressions/strings
STRINGS = [
    (r'"a\n\r\t\"\\"', r'"a\n\r\t\"\\"'),
    (r'"\u00e9\U0001F600"', '"é😀"'),
    ('"$${x} %%{y}"', '"${x} %{y}"'),
    ('"$$ %% $ %"', '"$$ %% $ %"'),
    ('"Hello, ${"world"}!"', '"Hello, world!"'),
    ('"${[1, 2]}"', "[1, 2]"),
    ('"${"${"${1}"}"}"', "1"),
    ('"${{ a = 1 }.a} and ${{ "b" = "}" }["b"]}"', '"1 and }"'),
    ('"a${true}b${1.50}"', '"atrueb1.5"'),
    ('"Hello, %{ if "x" != "" }x%{ else }unnamed%{ endif }!"', '"Hello, x!"'),
    ('"%{ if false }a%{ endif }"', '""'),
    ('"%{ for ip in ["1", "2"] }server ${ip};%{ endfor }"', '"server 1;server 2;"'),
    ('"%{ for i, ip in ["a"] }${i}${ip}%{ endfor }"', '"0a"'),
    ('"a ${~ 1 ~} b"', '"a1b"'),
    ('"%{ if false ~} a %{~ else ~} b %{~ endif }"', '"b"'),
    ("<<EOT\nhello\n  world\nEOT\n", '"hello\\n  world\\n"'),
    ("<<-EOT\n    hello\n      world\n    EOT\n", '"hello\\n  world\\n"'),
    ('<<EOT\n%{ for ip in ["1", "2"] ~}\nserver ${ip}\n%{ endfor ~}\nEOT\n', '"server 1\\nserver 2\\n"'),
    ('<<EOT\na "quoted" \\n $${x}\nEOT\n', '"a \\"quoted\\" \\\\n ${x}\\n"'),
    ('"arn:${var.open}:x${1}"', "arn:…:x1"),
]
# https://developer.hashicorp.com/terraform/language/expressions/function-calls
CALLS = [
    ("min(55, 3453, 2)", "2"),
    ("min([55, 2453, 2]...)", "2"),
    ("max(1, toset([2, 3])...)", "3"),
    ('core::upper("a")', '"A"'),
    ("provider::x::f(1)", "?"),
    ("max(\n  1,\n  2,\n)", "2"),
    ('try(1 / 0, "x")', '"x"'),
    ("try({ a = 1 }.b, null)", "null"),
    ("can({ a = 1 }.b)", "false"),
    ("can({ a = 1 }.a)", "true"),
    ("can(var.open.a)", "?"),
]
# Members that are certain, whatever else there is
PARTS = [
    ("merge(var.open, { a = 1 }).a", "1"),
    ('merge(var.open, { a = 1 })["a"]', "1"),
    ("merge(var.open, { a = 1 }).b", "?"),
    ("merge({ a = 1 }, var.open).a", "?"),
    ("merge(merge(var.open, { a = 1 }), { b = 2 }).a", "1"),
    ('lookup(merge(var.open, { a = 1 }), "a", 2)', "1"),
    ('lookup(merge(var.open, { a = 1 }), "b", 2)', "?"),
    ("{ (var.open) = 1, b = 2 }.b", "2"),
    ("{ b = 2, (var.open) = 1 }.b", "?"),
    ('{ for v in [var.open, "b"] : v => 1 }.b', "1"),
    ('{ for v in [var.open, "b"] : v => 1... }.b', "?"),
    ("length(merge(var.open, { a = 1 }))", "?"),
    ("keys(merge(var.open, { a = 1 }))", "?"),
    ("[for k, v in merge(var.open, { a = 1 }) : v]", "?"),
]
TABLE = [*TYPES_AND_VALUES, *OPERATORS, *CONDITIONALS, *FOR, *SPLAT, *STRINGS, *CALLS, *PARTS]


@pytest.mark.parametrize(("text", "wanted"), TABLE)
def test_what_an_expression_is_worth(text: str, wanted: str) -> None:
    assert worth(text) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"a" < "b"', 'unsuitable value for "<": a number is required'),
        ('-"x"', "a number is required"),
        ("null + 1", "a number is required"),
        ('!"yes"', "a bool is required"),
        ("1 ? 2 : 3", "bool required"),
        ("null ? 1 : 2", "a bool is required, but this is null"),
        ("1 / 0", "Division by zero"),
        ("[1, 2][-1]", "out of range"),
        ("[1, 2][1.5]", "not a whole number"),
        ("[1, 2][2]", "out of range"),
        ("[1][true]", "a number is required"),
        ('{ a = 1 }["b"]', "does not identify an element"),
        ("{ a = 1 }.b", 'does not have an attribute named "b"'),
        ("toset([1])[0]", "elements of a set"),
        ("[{ a = [1] }, { a = [] }][*].a[0]", "out of range"),
        ("null[0]", "null value"),
        ("null.a", "null value"),
        ('"abc"[0]', "does not have any indices"),
        ("{ (null) = 1 }", "as a key"),
        ("{ ([1]) = 1 }", "as a key"),
        ("[for x in null : x]", "Iteration over null value"),
        ('[for x in "abc" : x]', "Iteration over non-iterable value"),
        ("[for x in [1] : x if null]", "a bool is required"),
        ('{ for x in ["a", "a"] : x => 1 }', "Duplicate object key"),
        ("{ for x in [null] : x => 1 }", "as a key"),
        ('"a${null}b"', "null value in a string template"),
        ('"a${[1]}"', "string required, but this is tuple"),
        ("max(1...)", "must be a list, set or tuple"),
        ('upper("a", "b")', "Too many function arguments"),
        ("max([1, 2]..., 3)", "not expected"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        worth(text)
    assert message in caught.value.message
