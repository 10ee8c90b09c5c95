"""Values for parameters from files, in every form that AWS's tools take."""

from __future__ import annotations

from pathlib import Path

import pytest

from srm_lint.model.condition import Truth
from srm_lint.model.resource import Configuration
from srm_lint.model.source import Tree
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.policy.predicates import verbs
from srm_lint.read.cloudformation import Given, read, read_parameters
from srm_lint.read.cloudformation.parameters import Parameters

TEMPLATE = """AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Open: {Type: String, AllowedValues: ["true", "false"]}
  Size: {Type: Number, Default: 1}
  Zones: {Type: CommaDelimitedList, Default: ""}
  Secret: {Type: String, NoEcho: true, Default: x}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /image}
Resources:
  Thing:
    Type: AWS::X::Y
    Properties: {Open: !Ref Open, Size: !Ref Size, Zones: !Ref Zones, Secret: !Ref Secret, Image: !Ref Image}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "template.yaml").write_text(TEMPLATE, "utf-8")
    return tmp_path


def given(text: str, name: str = "p.json") -> list[Configuration]:
    Path(name).write_text(text, "utf-8")
    return reading(["template.yaml"], read_parameters(Path(name)))


def reading(paths: list[str], *files: Parameters) -> list[Configuration]:
    given = Given(files)
    return [*read(map(Path, paths), Tree(Path()), given), *given.mistakes()]


def value(configuration: Configuration, name: str) -> Value:
    return configuration.resources[0].body.get(name)


FORMS = [
    '[{"ParameterKey": "Open", "ParameterValue": "true"}, {"ParameterKey": "Size", "ParameterValue": "3"}]',
    '["Open=true", "Size=3"]',
    '{"Parameters": {"Open": "true", "Size": "3"}, "Tags": {"a": "b"}, "StackPolicy": {}}',
    '{"Open": "true", "Size": 3}',
    "template-file-path: template.yaml\nparameters:\n  Open: true\n  Size: 3\ntags:\n  a: b\n",
    "Open: 'true'\nSize: '3'\n",
]


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_taken(place: Path, text: str) -> None:
    (found,) = given(text)
    assert found.problems == ()
    opened, size = value(found, "Open"), value(found, "Size")
    assert isinstance(opened, Scalar)
    assert isinstance(size, Scalar)
    assert (opened.data, size.data) == ("true", 3)


def test_a_value_stands_in_its_file_and_is_passed(place: Path) -> None:
    (found,) = given('{\n  "Open": "true"\n}\n')
    opened = value(found, "Open")
    assert (opened.span.source, opened.span.line, opened.span.column) == ("p.json", 2, 11)
    assert [hop.line for hop in opened.trace] == [11]
    assert set(found.sources) == {"template.yaml", "p.json"}


def test_types_are_heeded(place: Path) -> None:
    (found,) = given('{"Open": "true", "Zones": "a, b", "Secret": "hunter2", "Image": "/other"}')
    zones = value(found, "Zones")
    assert isinstance(zones, List)
    assert [item.data for item in zones.items if isinstance(item, Scalar)] == ["a", "b"]
    assert value(found, "Secret").sensitive
    assert isinstance(value(found, "Image"), Unknown)


def test_a_list_may_be_one(place: Path) -> None:
    (found,) = given('{"Open": "true", "Zones": ["a", "b"]}')
    zones = value(found, "Zones")
    assert isinstance(zones, List)
    assert len(zones.items) == 2


def test_a_value_that_is_kept_is_unknown(place: Path) -> None:
    (found,) = given('[{"ParameterKey": "Open", "UsePreviousValue": true}]')
    opened = value(found, "Open")
    assert isinstance(opened, Unknown)
    assert opened.reason == "the parameter Open keeps the value that the stack has"
    assert opened.references == ("Parameters.Open",)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('{\n"Open": "maybe"}', "the parameter Open takes one of true, false", 2),
        ('{"Open": "true",\n"Size": "big"}', "the parameter Size is a Number, but this is not one", 2),
        ('{"Open": "true",\n"Secret": ["a"]}', "the parameter Secret is a String, but this is not one", 2),
    ],
)
def test_values_that_are_not_taken_are_told_where_they_stand(place: Path, text: str, message: str, line: int) -> None:
    (found,) = given(text)
    assert [(each.message, each.span.source, each.span.line) for each in found.problems] == [(message, "p.json", line)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"Opne": "true"}', "no template here has a parameter Opne"),
        ('{"Open": {"a": 1}}', "the value of the parameter Open must be text"),
        ("3", "these are no values for parameters: expected a list"),
        ('[{"Key": "Open"}]', "these are no values for parameters"),
        ("[1, 2", "expected"),
        ("", "these are no values for parameters"),
        (TEMPLATE, "these are no values for parameters"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(place: Path, text: str, message: str) -> None:
    *_, found = given(text)
    assert any(message in problem.message for problem in found.problems), found.problems
    assert {problem.span.source for problem in found.problems} == {"p.json"}


def test_a_file_that_is_not_there_is_told(place: Path) -> None:
    assert "cannot be read" in read_parameters(Path("nowhere.json")).problems[0].message


def test_several_files_are_several_variants(place: Path) -> None:
    Path("a.json").write_text('{"Open": "true"}', "utf-8")
    Path("b.json").write_text('{"Open": "false"}', "utf-8")
    variants = [read_parameters(Path(f"{name}.json"), name) for name in "ab"]
    found = reading(["template.yaml"], *variants)
    assert [(each.variable_set, getattr(value(each, "Open"), "data", None)) for each in found] == [
        ("a", "true"),
        ("b", "false"),
    ]


def test_a_deployment_file_is_for_its_template(place: Path) -> None:
    Path("other.yaml").write_text(TEMPLATE, "utf-8")
    Path("deploy.yaml").write_text("template-file-path: ./other.yaml\nparameters: {Open: 'true'}\n", "utf-8")
    deployment = read_parameters(Path("deploy.yaml"), "prod")
    found = reading(["template.yaml", "other.yaml"], deployment)
    assert [(each.name, each.variable_set) for each in found] == [("template.yaml", ""), ("other.yaml", "prod")]


def test_without_files_a_template_is_read_once(place: Path) -> None:
    assert len(list(read([Path("template.yaml")], Tree(Path())))) == 1
    assert Parameters().concern(Path("template.yaml"))


def test_a_parameter_that_names_what_is_there_is_told_from_one_that_may_be_empty(place: Path) -> None:
    text = TEMPLATE.replace("{Type: String, AllowedValues", "{Type: AWS::EC2::KeyPair::KeyName, AllowedValues")
    text = text.replace(', AllowedValues: ["true", "false"]', "")
    Path("template.yaml").write_text(text, "utf-8")
    (found,) = read([Path("template.yaml")], Tree(Path()))
    opened, image = value(found, "Open"), value(found, "Image")
    assert isinstance(opened, Unknown)
    assert opened.references == ("AWS::EC2::KeyPair::KeyName.Open",)
    assert verbs()["present"].ask(opened, False) is Truth.FALSE
    assert isinstance(image, Unknown)
    assert image.references == ("Parameters.Image",)


def test_whether_a_list_was_given_can_be_told_by_its_first_item(place: Path) -> None:
    (place / "template.yaml").write_text(
        "Parameters: {Groups: {Type: CommaDelimitedList, Default: ''}}\n"
        "Conditions: {Given: !Not [!Equals [!Select [0, !Ref Groups], '']]}\n"
        "Resources:\n  A: {Type: AWS::SQS::Queue, Condition: Given}\n  B: {Type: AWS::SQS::Queue}\n",
        "utf-8",
    )
    (found,) = reading(["template.yaml"])
    assert found.problems == ()
    assert [resource.address for resource in found.resources] == ["B"]
