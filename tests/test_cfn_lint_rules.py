"""Policies as rules of cfn-lint, run by the real program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
TEMPLATE = """AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Range:
    Type: String
    Default: 0.0.0.0/0
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: a group
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Range}
  Volume:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 1
      Encrypted: false  # srm-lint: ignore[ebs-volume-is-encrypted] scratch space
"""
PROGRAM = Path(sys.executable).parent / "cfn-lint"
SSH = "E-security-group-closes-ssh-to-the-internet"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text(TEMPLATE, "utf-8")
    return tmp_path


def cfn_lint(place: Path, *arguments: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [PROGRAM, "--append-rules", "srm_lint.cfn_lint", "--format", "json", *arguments],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    matches: list[dict[str, Any]] = json.loads(done.stdout)
    return matches


def test_cfn_lint_shows_what_fails_where_the_fix_goes_and_who_owns_it(place: Path) -> None:
    found = {match["Rule"]["Id"]: match for match in cfn_lint(place, "template.yaml")}
    ssh = found[SSH]
    assert (ssh["Location"]["Start"], ssh["Level"]) == ({"ColumnNumber": 14, "LineNumber": 5}, "Error")
    assert "Owner: you: security IN the cloud" in ssh["Message"]
    assert ssh["Rule"]["Source"].startswith("https://")
    assert "E-ebs-volume-is-encrypted" not in found


def test_cfn_lints_own_ways_to_leave_rules_out_work(place: Path) -> None:
    assert SSH not in {
        match["Rule"]["Id"] for match in cfn_lint(place, "template.yaml", "--ignore-checks", "E-security-group")
    }


def test_the_users_configuration_and_policies_count(place: Path) -> None:
    (place / ".srm-lint.yaml").write_text("ignore: [security-group-closes-ssh-to-the-internet]\n", "utf-8")
    assert SSH not in {match["Rule"]["Id"] for match in cfn_lint(place, "template.yaml")}


def test_names_in_templates_never_reach_the_terminal_raw(place: Path) -> None:
    path = '    Metadata: {"aws:cdk:path": "App/\\e[31m\\u202e/Group"}\n'
    hostile = TEMPLATE.replace(
        "    Properties:\n      GroupDescription", f"{path}    Properties:\n      GroupDescription"
    )
    (place / "template.yaml").write_text(hostile, "utf-8")
    told = next(match["Message"] for match in cfn_lint(place, "template.yaml") if match["Rule"]["Id"] == SSH)
    assert "(construct App/\\x1b[31m\\u202e/Group)" in told


def test_the_command_of_the_readme_works(place: Path) -> None:
    command = re.findall("`cfn-lint (template.yaml [^`]*)`", (ROOT / "README.md").read_text("utf-8"))
    assert len(command) == 1
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [PROGRAM, *command[0].split()], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert SSH in done.stdout
    assert done.stderr == ""


def test_a_mistake_in_the_configuration_is_told_in_one_line(place: Path) -> None:
    (place / ".srm-lint.yaml").write_text("selct: [s3]\n", "utf-8")
    command = [PROGRAM, "template.yaml", "--append-rules", "srm_lint.cfn_lint"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    told = 'srm-lint: .srm-lint.yaml:1:1: "selct" is not known here; did you mean "select"?\n'
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
