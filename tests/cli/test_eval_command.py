"""`srm-lint eval`: values with their type and their way, unknowns with their reason, mistakes with their place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from srm_lint.report import inventory

MODULE = """variable "env" {
  type = string
}
variable "password" {
  default   = "hunter2-never-shown"
  sensitive = true
}
locals {
  tags = { env = var.env, ports = [22, 443] }
  name = "logs-${var.env}-x"
}
resource "aws_s3_bucket" "logs" {
  count  = 2
  bucket = "${local.name}-${count.index}"
}
"""
Run = Callable[..., Any]


@pytest.fixture
def module(place: Path) -> Path:
    (place / "main.tf").write_text(MODULE, "utf-8")
    return place


def test_a_value_is_told_with_its_type_and_its_way(module: Path, run: Run) -> None:
    result = run("eval", ".", "local.tags.ports[1]")
    assert (result.code, result.err) == (0, "")
    assert result.out.split() == ["number", "443", "main.tf:9:40"]
    result = run("eval", ".", "local.tags.env", "--var", "env=dev")
    assert '"dev"' in result.out
    assert "passed at main.tf:9:18" in result.out


def test_a_structure_is_told_leaf_by_leaf(module: Path, run: Run) -> None:
    result = run("eval", ".", "local.tags", "--var", "env=dev")
    assert [line.split()[:2] for line in result.out.splitlines()[-3:]] == [
        [".env", '"dev"'],
        [".ports[0]", "22"],
        [".ports[1]", "443"],
    ]


def test_an_unknown_tells_which_input_is_missing(module: Path, run: Run) -> None:
    result = run("eval", ".", "local.name")
    assert result.code == 0
    assert "var.env has no value" in result.out
    assert "rests on var.env" in result.out
    assert 'known of it: "logs-…-x"' in result.out


def test_json_has_the_shape_of_other_values(module: Path, run: Run) -> None:
    result = run("eval", ".", "aws_s3_bucket.logs[*].bucket", "--format", "json", "--var", "env=dev")
    document = json.loads(result.out)
    assert [item["value"] for item in document["result"]["items"]] == ["logs-dev-x-0", "logs-dev-x-1"]
    assert document["expression"] == "aws_s3_bucket.logs[*].bucket"
    schema = json.loads((Path(inventory.__file__).parent / "inventory.schema.json").read_text("utf-8"))
    jsonschema.validate(document["result"], {"$ref": "#/$defs/value", "$defs": schema["$defs"]})


def test_what_is_sensitive_is_not_told(module: Path, run: Run) -> None:
    for format_ in ("text", "json"):
        for expression in ("var.password", '"a-${var.password}"', "[var.password]", "jsonencode([var.password])"):
            result = run("eval", ".", expression, "--format", format_)
            assert (result.code, "hunter2" in result.out + result.err) == (0, False), expression


def test_variables_come_from_the_environment_only_when_asked(
    module: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_env", "stage")
    assert "logs-stage-x" not in run("eval", ".", "local.name").out
    assert "logs-stage-x" in run("eval", ".", "local.name", "--env-vars").out
    assert "logs-dev-x" in run("eval", ".", "local.name", "--env-vars", "--var", "env=dev").out


def test_the_workspace_is_known_when_it_is_given(module: Path, run: Run) -> None:
    assert "terraform.workspace is chosen where Terraform runs" in run("eval", ".", "terraform.workspace").out
    assert '"prod"' in run("eval", ".", "terraform.workspace", "--workspace", "prod").out


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("var.enw", 'no input variable with the name "enw"'),
        ("1 +", "<expression>:1:4: the expression ends here"),
        ("aws_s3_bucket.logs[2].bucket", "out of range"),
    ],
)
def test_what_terraform_refuses_is_refused(module: Path, run: Run, expression: str, message: str) -> None:
    result = run("eval", ".", expression)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert result.err.count("\n") == 1


def test_problems_of_the_module_are_told_beside_the_value(module: Path, run: Run) -> None:
    (module / "broken.tf").write_text("locals {\n  a = \n}\n", "utf-8")
    result = run("eval", ".", "local.tags.ports[0]")
    assert result.code == 3
    assert "22" in result.out
    assert "broken.tf:2" in result.err


def test_several_sets_of_variables_are_too_many(module: Path, run: Run) -> None:
    (module / "a.tfvars").write_text('env = "a"\n', "utf-8")
    result = run("eval", ".", "local.name", "--var-file", "x=a.tfvars", "--var-file", "y=a.tfvars")
    assert (result.code, "there are several: x, y" in result.err) == (2, True)
    assert "logs-a-x" in run("eval", ".", "local.name", "--var-file", "x=a.tfvars").out
