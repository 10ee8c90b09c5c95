"""The tags that the configuration demands: of which resources, and which tags count as theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from srm_lint.config import RequiredTags
from srm_lint.model.policy import Outcome
from srm_lint.request import Request
from srm_lint.run import check

OWNER = RequiredTags({"Owner": ()})
STAGE = RequiredTags({"Stage": ("dev", "prod")})
QUEUE = 'resource "aws_sqs_queue" "q" {{ {} }}\n'


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(text: str, required: RequiredTags | None = OWNER, file: str = "main.tf") -> list[tuple[str, Outcome, str]]:
    """What is told, passes included: each by its resource, outcome and message."""
    Path(file).write_text(text, "utf-8")
    scan = check(Request(paths=(Path(file).parent,), select=("tagging",), required_tags=required))
    assert scan.problems == ()
    every = [one for finding in (*scan.findings, *scan.passed) for one in [(finding, finding.says)]]
    return [(address, one.outcome, says) for one, says in every for address in one.instances]


def test_nothing_is_demanded_until_the_configuration_does(tree: Path) -> None:
    assert told(QUEUE.format(""), None) == []
    assert [outcome for _, outcome, _ in told(QUEUE.format(""))] == [Outcome.FAIL]


def test_a_type_that_nobody_tags_is_not_judged_and_a_new_one_is_where_it_has_tags(tree: Path) -> None:
    assert told('resource "aws_new" "a" {}\nresource "aws_new" "b" { tags = {} }\ndata "aws_vpc" "v" {}\n') == [
        ("aws_new.b", Outcome.FAIL, "tags lack Owner")
    ]


def test_types_may_be_excepted(tree: Path) -> None:
    text = QUEUE.format("") + 'resource "aws_iam_role" "r" {}\n'
    assert [address for address, _, _ in told(text, RequiredTags({"Owner": ()}, ("aws_iam_*",)))] == ["aws_sqs_queue.q"]


@pytest.mark.parametrize(
    ("given", "own", "required", "outcome", "says"),
    [
        ('{ Owner = "a" }', "{}", OWNER, Outcome.PASS, "tags hold Owner"),
        ('{ Owner = "a" }', '{ Owner = "" }', OWNER, Outcome.FAIL, "tags lack Owner"),
        ('{ Stage = "dev" }', '{ Stage = "test" }', STAGE, Outcome.FAIL, 'Stage is "test"'),
        # The variable may set the tag anew, but it is there.
        ('{ Owner = "a" }', "var.open", OWNER, Outcome.PASS, "tags hold Owner"),
        ('{ Stage = "dev" }', "var.open", STAGE, Outcome.UNKNOWN, "Stage is unknown: the tags of the resource stand"),
        ("var.open", '{ Owner = "a" }', OWNER, Outcome.PASS, "tags hold Owner"),
        ("var.open", '{ Other = "a" }', OWNER, Outcome.UNKNOWN, "tags is unknown: var.open has no value"),
        ("{}", "{ Owner = var.name }", OWNER, Outcome.PASS, "tags hold Owner"),
        ("{}", "{ Stage = var.name }", STAGE, Outcome.UNKNOWN, "Stage is unknown: var.name has no value"),
    ],
)
def test_the_tags_of_the_provider_count_below_those_of_the_resource(
    tree: Path, given: str, own: str, required: RequiredTags, outcome: Outcome, says: str
) -> None:
    text = (
        f'variable "open" {{ type = map(string) }}\nvariable "name" {{ type = string }}\n'
        f'provider "aws" {{\n  default_tags {{\n    tags = {given}\n  }}\n}}\n{QUEUE.format(f"tags = {own}")}'
    )
    [(address, found, message)] = told(text, required)
    assert (address, found) == ("aws_sqs_queue.q", outcome)
    assert message.startswith(says)


def test_the_tags_of_a_group_are_its_blocks_and_it_gets_none_of_its_provider(tree: Path) -> None:
    text = (
        'provider "aws" {\n  default_tags {\n    tags = { Owner = "a" }\n  }\n}\n'
        'resource "aws_autoscaling_group" "g" {\n  tag {\n    key = "Stage"\n    value = "dev"\n  }\n}\n'
    )
    assert [outcome for _, outcome, _ in told(text, STAGE)] == [Outcome.PASS]
    assert told(text) == [("aws_autoscaling_group.g", Outcome.FAIL, "tags lack Owner")]


def test_a_stack_passes_its_tags_on(tree: Path) -> None:
    (tree / "inner.yaml").write_text("Resources:\n  Q: {Type: AWS::SQS::Queue}\n", "utf-8")
    outer = (
        "Resources:\n  Net:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./inner.yaml\n"
        "      Tags: [{Key: Owner, Value: a}]\n"
    )
    assert told(outer, file="outer.yaml") == [
        ("Net", Outcome.PASS, "tags hold Owner"),
        ("Net/Q", Outcome.PASS, "tags hold Owner"),
    ]
    assert [outcome for _, outcome, _ in told(outer, STAGE, "outer.yaml")] == [Outcome.FAIL] * 2


def test_properties_of_other_names_and_forms_are_tags(tree: Path) -> None:
    text = (
        "Conditions: {Yes: !Equals [!Ref 'AWS::Region', x]}\nResources:\n"
        "  Z:\n    Type: AWS::Route53::HostedZone\n    Properties:\n      HostedZoneTags: [{Key: Owner, Value: a}]\n"
        "  P:\n    Type: AWS::SSM::Parameter\n    Properties: {Type: String, Value: v, Tags: {Owner: a}}\n"
        "  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n"
        "      Tags: [!If [Yes, {Key: Owner, Value: a}, !Ref 'AWS::NoValue']]\n"
        "  A:\n    Type: AWS::KMS::Alias\n    Properties: {AliasName: alias/a, TargetKeyId: k}\n"
    )
    assert sorted((address, outcome) for address, outcome, _ in told(text, file="t.yaml")) == [
        ("P", Outcome.PASS),
        ("Q", Outcome.UNKNOWN),
        ("Z", Outcome.PASS),
    ]


def test_policies_of_ones_own_may_ask_for_tags(tree: Path) -> None:
    (tree / "house" / "aws" / "any").mkdir(parents=True)
    (tree / "house" / "aws" / "any" / "house-tags.yaml").write_text(
        "id: house-tags\ntitle: t\nseverity: low\nservice: tagging\nitem: required-tags\nwhy: w\n"
        "check:\n  for: any.tagged\n  where: {path: $.type, starts_with: aws_sqs}\n"
        "  require: {path: $.tags, carries: [Team]}\n"
        "remediation: {terraform: x}\ncitations: [{title: t, url: 'https://example.com'}]\nexamples: []\n",
        "utf-8",
    )
    (tree / "main.tf").write_text(QUEUE.format("") + 'resource "aws_sns_topic" "t" {}\n', "utf-8")
    scan = check(Request(paths=(Path("main.tf"),), policies=(Path("house"),), select=("tagging",)))
    assert [(one.policy.id, one.instances) for one in scan.findings] == [("house-tags", ("aws_sqs_queue.q",))]


def test_a_secret_in_a_tag_is_not_printed(tree: Path) -> None:
    required = RequiredTags({"Password": ("none",)})
    assert told(QUEUE.format('tags = { Password = "Zq7fXk29vLw4" }'), required) == [
        ("aws_sqs_queue.q", Outcome.FAIL, "Password is (sensitive)")
    ]


def test_what_sam_makes_beside_a_function_is_not_told_as_well(tree: Path) -> None:
    text = (
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Runtime: python3.12, Handler: a.b, InlineCode: x, Tags: {Stage: dev}}\n"
    )
    assert told(text, file="t.yaml") == [("F", Outcome.FAIL, "tags lack Owner")]
