"""Validation rules of variables: what they refuse, and what they tell of a variable without a value."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from terraform_reading import Read, plain

from srm_lint.model.value import Unknown

Module = Callable[..., Read]

RULED = """variable "env" {
  type    = string
  default = "none"
  validation {
    condition     = contains(["dev", "prod"], var.env)
    error_message = "The environment ${var.env} is not one of ours."
  }
}
resource "aws_a" "x" {
  v = var.env
}
"""


def test_a_given_value_that_a_rule_refuses_is_told_where_it_is_given(module: Module) -> None:
    found = module({"main.tf": RULED, "terraform.tfvars": 'env = "stage"\n'})
    message = 'Invalid value for variable "env": The environment stage is not one of ours.'
    assert found.problems == [("syntax", message)]
    assert found.configuration.problems[0].span.source == "terraform.tfvars"
    assert found.plain("aws_a.x", "v") == "stage"


def test_a_value_that_is_taken_is_no_problem(module: Module) -> None:
    assert module(RULED, env="prod").problems == []


def test_a_default_that_is_refused_is_for_callers_to_override(module: Module) -> None:
    assert module(RULED).problems == []


def test_callers_of_modules_are_told_at_their_argument(module: Module) -> None:
    found = module({"main.tf": 'module "m" {\n  source = "./m"\n  env    = "stage"\n}\n', "m/main.tf": RULED})
    assert [problem.span.line for problem in found.configuration.problems] == [3]


def test_messages_do_not_tell_secrets(module: Module) -> None:
    found = module(RULED.replace("type ", "sensitive = true\n  type "), env="hunter2")
    (problem,) = found.problems
    assert "hunter2" not in problem[1]
    assert "validation rules" in problem[1]


def test_a_rule_that_cannot_be_evaluated_is_told_once(module: Module) -> None:
    found = module(RULED.replace('contains(["dev", "prod"], var.env)', "var.env > 1"), env="dev")
    assert [message for _, message in found.problems] == [
        'Invalid operand: unsuitable value for ">": a number is required.'
    ]


def test_an_unknown_value_is_not_refused(module: Module) -> None:
    found = module(RULED + 'variable "free" {}\nmodule "m" {\n  source = "./m"\n  env = var.free\n}\n')
    assert [kind for kind, _ in found.problems] == ["missing-module"]


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ('contains(["dev", "prod"], var.env)', ["dev", "prod"]),
        ('var.env == "dev" || "prod" == var.env', ["dev", "prod"]),
        ('length(var.env) > 1 && contains(["dev"], var.env)', ["dev"]),
        ('var.env == "dev" || length(var.env) > 1', []),
        ("contains(local.all, var.env)", []),
        ('contains(["dev", local.other], var.env)', []),
        ('contains(["dev"], var.other)', []),
        ('!contains(["dev"], var.env)', []),
        ('contains(["dev"], lower(var.env))', []),
    ],
)
def test_rules_that_list_values_tell_what_a_variable_can_be(module: Module, condition: str, wanted: list[str]) -> None:
    rule = f'variable "env" {{\n  validation {{\n    condition = {condition}\n    error_message = "No."\n  }}\n}}\n'
    value = module(rule + 'resource "aws_a" "x" {\n  v = var.env\n}\n').value("aws_a.x", "v")
    assert isinstance(value, Unknown)
    assert [plain(candidate) for candidate in value.candidates] == wanted
    assert value.reason == "var.env has no value"


def test_what_all_listed_values_decide_is_decided(module: Module) -> None:
    found = module(RULED.replace('  default = "none"\n', "") + 'resource "aws_b" "y" {\n  c = var.env == "stage"\n}\n')
    assert found.plain("aws_b.y", "c") is False
