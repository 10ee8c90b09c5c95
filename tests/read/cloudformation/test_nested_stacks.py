"""Nested stacks: their resources are the parent's, parameters flow in, outputs flow out, nothing goes in circles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from srm_lint.model.resource import Configuration
from srm_lint.model.source import Tree
from srm_lint.model.value import Absent, Scalar, Unknown, Value
from srm_lint.read.cloudformation import read

CHILD = """Parameters:
  Cidr: {Type: String}
  Name: {Type: String, Default: none}
Conditions:
  Named: !Not [!Equals [!Ref Name, none]]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Ref Cidr}
  Extra:
    Type: AWS::X::Y
    Condition: Named
    Properties: {Vpc: !Ref Vpc}
Outputs:
  VpcId: {Value: !Ref Vpc}
  Cidr: {Value: !Ref Cidr}
"""
PARENT = """Parameters:
  Env: {Type: String}
Conditions:
  Prod: !Equals [!Ref Env, prod]
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./nested/net.yaml
      Parameters:
        Cidr: 10.0.0.0/16
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !GetAtt Net.Outputs.VpcId
      Cidr: !GetAtt [Net, Outputs.Cidr]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(files: Mapping[str, str]) -> list[Configuration]:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, "utf-8")
    return list(read(sorted(Path(name) for name in files), Tree(Path())))


def only(parent: str = PARENT, child: str = CHILD) -> Configuration:
    (found,) = written({"parent.yaml": parent, "nested/net.yaml": child})
    return found


def value(found: Configuration, address: str, name: str) -> Value:
    return next(each for each in found.resources if each.address == address).body.get(name)


def messages(found: Configuration) -> list[str]:
    return [problem.message for problem in found.problems]


def test_resources_of_a_nested_stack_are_read_with_its_parameters(place: Path) -> None:
    found = only()
    assert messages(found) == []
    assert [resource.address for resource in found.resources] == ["Net", "Net/Vpc", "Group"]
    cidr = value(found, "Net/Vpc", "CidrBlock")
    assert isinstance(cidr, Scalar)
    assert (cidr.data, cidr.span.source, cidr.span.line) == ("10.0.0.0/16", "parent.yaml", 11)
    assert [(hop.source, hop.line) for hop in cidr.trace] == [("nested/net.yaml", 9)]
    assert set(found.sources) == {"parent.yaml", "nested/net.yaml"}


def test_outputs_flow_out(place: Path) -> None:
    found = only()
    vpc, cidr = value(found, "Group", "VpcId"), value(found, "Group", "Cidr")
    assert isinstance(vpc, Unknown)
    assert vpc.references == ("Net/Vpc",)
    assert isinstance(cidr, Scalar)
    assert cidr.data == "10.0.0.0/16"


def test_a_nested_stack_that_may_not_be_there_makes_what_may_not_be_there(place: Path) -> None:
    found = only(PARENT.replace("Stack\n", "Stack\n    Condition: Prod\n"))
    exists = next(each for each in found.resources if each.address == "Net/Vpc").exists
    assert isinstance(exists, Unknown)
    assert "Prod" in exists.reason


def test_a_condition_of_a_nested_template_is_decided_by_what_it_is_given(place: Path) -> None:
    found = only(PARENT.replace("10.0.0.0/16\n", "10.0.0.0/16\n        Name: x\n"))
    extra = value(found, "Net/Extra", "Vpc")
    assert isinstance(extra, Unknown)
    assert extra.references == ("Net/Vpc",)


def test_what_is_not_given_has_its_default(place: Path) -> None:
    child = CHILD.replace("CidrBlock: !Ref Cidr", "CidrBlock: !Ref Name, B: !Ref 'AWS::NoValue'")
    found = only(PARENT.replace("Cidr: 10.0.0.0/16", "Cidr: 1\n        Name: !Ref AWS::NoValue"), child)
    name = value(found, "Net/Vpc", "CidrBlock")
    assert isinstance(name, Scalar)
    assert name.data == "none"
    assert isinstance(value(found, "Net/Vpc", "B"), Absent)


def test_a_template_that_nobody_nests_is_read_alone(place: Path) -> None:
    found = written({"net.yaml": CHILD, "other.yaml": CHILD})
    assert [each.name for each in found] == ["net.yaml", "other.yaml"]


def test_one_template_nested_twice_is_two_stacks(place: Path) -> None:
    twice = PARENT + PARENT[PARENT.index("  Net:") :].replace("Net", "Two").replace("Group", "Other")
    found = only(twice)
    assert [each.address for each in found.resources if "/" in each.address] == ["Net/Vpc", "Two/Vpc"]


@pytest.mark.parametrize(
    ("parent", "message"),
    [
        (PARENT.replace("./nested/net.yaml", "https://s3.amazonaws.com/b/net.yaml"), "is not here (https://s3"),
        (PARENT.replace("./nested/net.yaml", "!Ref Env"), "its TemplateURL is known only at deployment"),
        (PARENT.replace("./nested/net.yaml", "./gone.yaml"), "./gone.yaml, does not exist"),
        (PARENT.replace("./nested/net.yaml", "./nested"), "is not a regular file"),
        (PARENT.replace("./nested/net.yaml", "../../../../../etc/passwd"), "lies outside the scanned tree"),
        (PARENT.replace("Cidr: 10", "Cird: 10"), "has no parameter Cird"),
        (PARENT.replace("Cidr: 10", "Cird: 10"), "needs a value for its parameter Cidr"),
        (PARENT.replace("Outputs.VpcId", "Outputs.Vpc"), "the nested stack Net has no output Vpc"),
        (PARENT.replace("./nested/net.yaml", "./parent.yaml"), "this stack nests itself"),
        (PARENT.replace("Cidr: 10.0.0.0/16", "Cidr: !GetAtt Net.Outputs.Cidr"), ""),
    ],
)
def test_what_cannot_be_followed_is_told_and_the_rest_is_judged(place: Path, parent: str, message: str) -> None:
    found = written({"parent.yaml": parent, "nested/net.yaml": CHILD})
    first = next(each for each in found if each.name == "parent.yaml")
    assert any(message in each for each in messages(first)) or not message, messages(first)
    assert {"Net", "Group"} <= {each.address for each in first.resources}


def test_a_circle_of_templates_is_read_once(place: Path) -> None:
    one = "Resources:\n  A:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: two.yaml}\n"
    (found,) = written({"one.yaml": one, "two.yaml": one.replace("two", "one")})
    assert found.name == "one.yaml"
    assert messages(found) == ["this stack nests itself, so it is not read again"]


def test_stacks_that_multiply_are_bounded(place: Path) -> None:
    files = {}
    for level in range(12):
        stacks = "".join(
            f"  S{number}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {level + 1:02}.yaml}}}}\n"
            for number in range(4)
        )
        files[f"{level:02}.yaml"] = "Resources:\n" + stacks
    files["12.yaml"] = "Resources:\n  A: {Type: AWS::X::Y}\n"
    (found,) = written(files)
    assert any("nests over 200 stacks" in message for message in messages(found))


def test_comments_and_problems_of_nested_templates_are_kept_once(place: Path) -> None:
    child = CHILD.replace("Resources:", "Resources:  # srm-lint: ignore[x] why").replace("k: !Ref Cidr", "k: !Ref No")
    twice = PARENT + PARENT[PARENT.index("  Net:") :].replace("Net", "Two").replace("Group", "Other")
    found = only(twice, child)
    assert [comment.span.source for comment in found.comments] == ["nested/net.yaml"]
    assert [problem.span.source for problem in found.problems] == ["nested/net.yaml"]
