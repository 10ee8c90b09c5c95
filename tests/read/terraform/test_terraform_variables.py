"""Which values variables have: defaults, types, nulls, precedence, marks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from terraform_reading import Read

from srm_lint.model.source import Tree
from srm_lint.model.value import Unknown
from srm_lint.read.terraform import Inputs, read

Reader = Callable[..., Read]


def test_defaults_types_and_conversion(module: Reader) -> None:
    found = module("""
variable "port" {
  type    = number
  default = "80"
}
variable "rules" {
  type = list(object({ name = string, port = optional(number, 443), tags = optional(map(string)) }))
  default = [{ name = 1, extra = true }, { name = "b", port = "22" }]
}
variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}
resource "t" "n" {
  port  = var.port
  rules = var.rules
  set   = var.set
}
""")
    assert found.problems == []
    assert found.plain("t.n", "port") == 80
    assert found.plain("t.n", "set") == ["a", "b"]
    assert found.plain("t.n", "rules") == [
        {"name": "1", "port": 443, "tags": None},
        {"name": "b", "port": 22, "tags": None},
    ]


def test_a_variable_without_a_value_is_unknown(module: Reader) -> None:
    found = module('variable "n" {}\nresource "t" "n" {\n  x = var.n\n}')
    value = found.value("t.n", "x")
    assert isinstance(value, Unknown)
    assert (value.reason, value.references) == ("var.n has no value", ("var.n",))
    assert (found.text(value.span), value.trace) == ("var.n", ())


def test_wrong_type_is_a_problem(module: Reader) -> None:
    found = module('variable "n" {\n  type = number\n  default = "many"\n}\nresource "t" "n" {\n  x = var.n\n}')
    assert found.problems == [("syntax", 'Invalid value for input variable "n": a number is required.')]
    assert found.plain("t.n", "x") is ...


def test_precedence_of_values(module: Reader, tmp_path: Path) -> None:
    files = {
        "main.tf": "\n".join(
            [f'variable "{name}" {{\n  default = "default"\n}}' for name in "abcdef"]
            + ['resource "t" "n" {', *[f"  {name} = var.{name}" for name in "abcdef"], "}"]
        ),
        "terraform.tfvars": "\n".join(f'{name} = "tfvars"' for name in "bcdef"),
        "terraform.tfvars.json": json.dumps({"f": "json"}),
        "z.auto.tfvars": "\n".join(f'{name} = "auto"' for name in "cde"),
        "given.tfvars": 'd = "file"\ne = "file"\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (configuration,) = read(
        [tmp_path], Tree(tmp_path), Inputs(variables={"e": "var"}, var_files=(tmp_path / "given.tfvars",))
    )
    found = Read(configuration)
    assert found.problems == []
    assert [found.plain("t.n", name) for name in "abcdef"] == ["default", "tfvars", "auto", "file", "var", "json"]


def test_text_from_the_command_line_is_read_as_its_type(module: Reader) -> None:
    found = module(
        'variable "s" {}\nvariable "n" {\n  type = number\n}\nvariable "l" {\n  type = list(string)\n}\n'
        'resource "t" "n" {\n  s = var.s\n  n = var.n\n  l = var.l\n}',
        s='["a"]', n="5", l='["a", "b"]',
    )  # fmt: skip
    assert [found.plain("t.n", name) for name in "snl"] == ['["a"]', 5, ["a", "b"]]


def test_sensitive_values_stay_so(module: Reader) -> None:
    found = module(
        'variable "p" {\n  sensitive = true\n  default = "x"\n}\n'
        'resource "t" "n" {\n  a = var.p\n  b = "p=${var.p}"\n'
        '  c = upper(var.p)\n  d = var.p == "x" ? 1 : 2\n  e = "x"\n}'
    )
    assert [found.value("t.n", name).sensitive for name in "abce"] == [True, True, True, False]


def test_a_null_default_that_is_used_is_no_mistake_of_the_files(module: Reader) -> None:
    found = module(
        'variable "on" {\n  default = null\n}\nvariable "set" {\n  default = null\n}\n'
        'resource "t" "a" {\n  count = var.on ? 1 : 0\n}\nresource "t" "b" {\n  for_each = var.set\n}\n'
        'resource "t" "c" {\n  x = "n-${var.on}"\n  y = join(",", var.set)\n  z = [for v in var.set : v]\n}'
    )
    assert found.problems == []
    assert found.addresses == ["t.a", "t.b", "t.c"]
    assert [found.plain("t.c", name) for name in "xyz"] == [..., ..., ...]


def test_null_is_not_set_and_not_nullable_takes_the_default(module: Reader) -> None:
    found = module({
        "main.tf": 'module "m" {\n  source = "./m"\n  a = null\n  b = null\n}',
        "m/main.tf": 'variable "a" {\n  default = 1\n}\nvariable "b" {\n  default = 1\n  nullable = false\n}\n'
        'resource "t" "n" {\n  a = var.a\n  b = var.b\n}',
    })  # fmt: skip
    assert found.plain("module.m.t.n", "a") is None
    assert found.plain("module.m.t.n", "b") == 1


def test_ephemeral_values_are_marked(module: Reader) -> None:
    found = module(
        'variable "a" {\n  ephemeral = true\n  default = "x"\n}\n'
        'variable "b" {\n  ephemeral = false\n  default = "x"\n}\n'
        'resource "aws_a" "x" {\n  a = "-${var.a}"\n  b = var.b\n}\n'
    )
    assert found.value("aws_a.x", "a").sensitive
    assert not found.value("aws_a.x", "b").sensitive
