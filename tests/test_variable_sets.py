"""Roots that are judged under several sets of variables: one run, findings that say under which."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from srm_lint.config import VariableSet
from srm_lint.model.finding import Scan
from srm_lint.report import Options, render
from srm_lint.request import Request
from srm_lint.run import check

MODULE = """variable "open" {
  type = bool
}
resource "aws_security_group" "a" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.open ? ["0.0.0.0/0"] : ["10.0.0.0/8"]
  }
}
"""
ALWAYS = 'resource "aws_ebs_volume" "a" {\n  encrypted = false\n}\n'
SSH = "security-group-closes-ssh-to-the-internet"
EBS = "ebs-volume-is-encrypted"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for root in ("app", "net"):
        (tmp_path / root).mkdir()
        (tmp_path / root / "main.tf").write_text(MODULE + ALWAYS, "utf-8")
    for name, value in (("dev", "true"), ("prod", "false")):
        (tmp_path / f"{name}.tfvars").write_text(f"open = {value}\n", "utf-8")
    return tmp_path


def scan(*sets: VariableSet, path: str = "app") -> Scan:
    return check(Request((Path(path),), select=(SSH, "ebs"), variable_sets=sets))


DEV = VariableSet("dev", (Path("dev.tfvars"),))
PROD = VariableSet("prod", (Path("prod.tfvars"),))


def test_findings_say_under_which_sets(place: Path) -> None:
    found = scan(DEV, PROD)
    sets = {finding.policy.id: finding.variable_sets for finding in found.findings}
    assert sets[SSH] == ("dev",)
    assert [each.variable_sets for each in found.passed if each.policy.id == SSH] == [("prod",)]
    same = [each for each in found.findings if each.entity.resource.type == "aws_ebs_volume"]
    assert {each.variable_sets for each in same} == {("dev", "prod")}


def test_what_is_declared_is_counted_once(place: Path) -> None:
    assert scan(DEV, PROD).kinds == scan().kinds


def test_without_sets_nothing_is_said_of_them(place: Path) -> None:
    assert all(finding.variable_sets == () for finding in scan().findings)


def test_a_set_may_concern_some_roots_only(place: Path) -> None:
    found = scan(DEV, VariableSet("prod", (Path("prod.tfvars"),), None, (Path("net"),)), path=".")
    ssh = {each.entity.resource.span.source: each for each in (*found.findings, *found.passed) if each.policy.id == SSH}
    assert ssh["app/main.tf"].variable_sets == ("dev",)
    assert {each.variable_sets for each in found.passed if each.policy.id == SSH} == {("prod",)}


def test_a_root_that_no_set_concerns_is_judged_without_one(place: Path) -> None:
    found = scan(VariableSet("prod", (Path("prod.tfvars"),), None, (Path("net"),)), path="app")
    assert {(each.policy.id, each.variable_sets) for each in found.findings if each.policy.id == SSH} == {(SSH, ())}


def test_a_set_may_have_a_workspace(place: Path) -> None:
    (place / "app" / "main.tf").write_text(
        'resource "aws_ebs_volume" "a" {\n  encrypted = terraform.workspace == "prod"\n}\n', "utf-8"
    )
    found = scan(VariableSet("dev", (), "dev"), VariableSet("prod", (), "prod"))
    assert {each.variable_sets for each in found.findings if each.policy.id == EBS} == {("dev",)}


def test_reports_tell_the_sets(place: Path) -> None:
    found = scan(DEV, PROD)
    assert "= under     the variables of dev" in render(found, "text", Options())
    document = json.loads(render(found, "json", Options()))
    assert {tuple(each["variable_sets"]) for each in document["findings"]} == {("dev",), ("dev", "prod")}


TEMPLATE = """Parameters:
  Range: {Type: String}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: a group
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Range}]
"""


def test_templates_are_judged_with_each_file_of_parameters(place: Path) -> None:
    (place / "template.yaml").write_text(TEMPLATE, "utf-8")
    for name, cidr in (("dev", "0.0.0.0/0"), ("prod", "10.0.0.0/8")):
        (place / f"{name}.json").write_text(f'{{"Range": "{cidr}"}}', "utf-8")
    files = tuple((name, Path(f"{name}.json")) for name in ("dev", "prod"))
    found = check(Request((Path("template.yaml"),), select=(SSH,), parameters=files))
    assert [(each.variable_sets, each.primary.source) for each in found.findings] == [(("dev",), "dev.json")]
    assert [each.variable_sets for each in found.passed] == [("prod",)]
