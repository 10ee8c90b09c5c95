"""Every intrinsic function in YAML's short form, YAML's long form and JSON: an expression in, its value out."""

from __future__ import annotations

from typing import Any

import pytest
from cloudformation_reading import json_value_of, plain, template, the_property, told, value_of

from srm_lint.model.value import Object, Origin, Scalar, Unknown

SECTIONS = """
Parameters:
  Name: {Type: String, Default: logs}
  Port: {Type: Number, Default: "8080"}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Ports: {Type: List<Number>, Default: "80,443"}
  Open: {Type: String}
  Size: {Type: String, AllowedValues: [small, large]}
  Flag: {Type: String, Default: true}
Mappings:
  Sizes:
    small: {disk: 8, zones: [x, y]}
    large: {disk: 80, zones: [z]}
  Regions:
    eu-west-1: {cidr: 10.0.0.0/8}
    us-east-1: {cidr: 0.0.0.0/0}
"""
JSON_SECTIONS = {
    "Parameters": {
        "Name": {"Type": "String", "Default": "logs"},
        "Port": {"Type": "Number", "Default": 8080},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
        "Ports": {"Type": "List<Number>", "Default": "80,443"},
        "Open": {"Type": "String"},
        "Size": {"Type": "String", "AllowedValues": ["small", "large"]},
        "Flag": {"Type": "String", "Default": True},
    },
    "Mappings": {
        "Sizes": {"small": {"disk": 8, "zones": ["x", "y"]}, "large": {"disk": 80, "zones": ["z"]}},
        "Regions": {"eu-west-1": {"cidr": "10.0.0.0/8"}, "us-east-1": {"cidr": "0.0.0.0/0"}},
    },
}
TABLE: list[tuple[str, str | None, Any, Any]] = [
    ("!Ref Name", "{Ref: Name}", {"Ref": "Name"}, "logs"),
    ("!Ref Port", "{Ref: Port}", {"Ref": "Port"}, 8080),
    ("!Ref Zones", None, {"Ref": "Zones"}, ["a", "b", "c"]),
    ("!Ref Ports", None, {"Ref": "Ports"}, [80, 443]),
    ("!Ref Flag", None, {"Ref": "Flag"}, "true"),
    ("!Ref Open", None, {"Ref": "Open"}, ("?",)),
    ("!Ref Size", None, {"Ref": "Size"}, ("one of", "small", "large")),
    ("!Ref AWS::Region", None, {"Ref": "AWS::Region"}, ("?",)),
    ("!Ref AWS::NoValue", None, {"Ref": "AWS::NoValue"}, "absent"),
    ("!Ref Bucket", None, {"Ref": "Bucket"}, ("?",)),
    ("!GetAtt Bucket.Arn", "{Fn::GetAtt: [Bucket, Arn]}", {"Fn::GetAtt": ["Bucket", "Arn"]}, ("?",)),
    ("!Sub 'x-${Name}-${Port}'", "{Fn::Sub: 'x-${Name}-${Port}'}", {"Fn::Sub": "x-${Name}-${Port}"}, "x-logs-8080"),
    ("!Sub '${Name}'", None, {"Fn::Sub": "${Name}"}, "logs"),
    ("!Sub '${Port}'", None, {"Fn::Sub": "${Port}"}, "8080"),
    ("!Sub '${!Name}.${}'", None, {"Fn::Sub": "${!Name}.${}"}, "${Name}.${}"),
    ("!Sub ['${A}/${Name}', {A: !Ref Port}]", None, {"Fn::Sub": ["${A}/${Name}", {"A": {"Ref": "Port"}}]}, "8080/logs"),
    (
        "!Sub 'arn:${AWS::Partition}:s3:::x'",
        None,
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::x"},
        ("?", "arn:", None, ":s3:::x"),
    ),
    ("!Sub '${Bucket.Arn}/*'", None, {"Fn::Sub": "${Bucket.Arn}/*"}, ("?", None, "/*")),
    ("!Sub 'd-${Size}'", None, {"Fn::Sub": "d-${Size}"}, ("one of", "d-small", "d-large")),
    ("!Sub '${Size}-${Open}'", None, {"Fn::Sub": "${Size}-${Open}"}, ("?", None, "-", None)),
    (
        "!Join ['-', [a, !Ref Name, 1, true]]",
        None,
        {"Fn::Join": ["-", ["a", {"Ref": "Name"}, 1, True]]},
        "a-logs-1-true",
    ),
    ("!Join [',', !Ref Zones]", "{Fn::Join: [',', {Ref: Zones}]}", {"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b,c"),
    ("!Join ['', [a, !Ref Open, b]]", None, {"Fn::Join": ["", ["a", {"Ref": "Open"}, "b"]]}, ("?", "a", None, "b")),
    ("!Join ['-', [a, !Ref AWS::NoValue, b]]", None, {"Fn::Join": ["-", ["a", {"Ref": "AWS::NoValue"}, "b"]]}, "a-b"),
    ("!Select [1, !Ref Zones]", "{Fn::Select: ['1', {Ref: Zones}]}", {"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
    ("!Select [0, !GetAZs '']", None, {"Fn::Select": [0, {"Fn::GetAZs": ""}]}, ("?",)),
    ("!Split [':', 'a:b::c']", None, {"Fn::Split": [":", "a:b::c"]}, ["a", "b", "", "c"]),
    (
        "!Select [1, !Split ['-', !Sub 'x-${Name}']]",
        None,
        {"Fn::Select": [1, {"Fn::Split": ["-", {"Fn::Sub": "x-${Name}"}]}]},
        "logs",
    ),
    ("!FindInMap [Sizes, small, disk]", None, {"Fn::FindInMap": ["Sizes", "small", "disk"]}, 8),
    ("!FindInMap [Sizes, small, zones]", None, {"Fn::FindInMap": ["Sizes", "small", "zones"]}, ["x", "y"]),
    (
        "!FindInMap [Sizes, !Ref Size, disk]",
        None,
        {"Fn::FindInMap": ["Sizes", {"Ref": "Size"}, "disk"]},
        ("one of", 8, 80),
    ),
    (
        "!FindInMap [Regions, !Ref AWS::Region, cidr]",
        None,
        {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "cidr"]},
        ("one of", "10.0.0.0/8", "0.0.0.0/0"),
    ),
    (
        "!FindInMap [Sizes, huge, disk, {DefaultValue: 1}]",
        None,
        {"Fn::FindInMap": ["Sizes", "huge", "disk", {"DefaultValue": 1}]},
        1,
    ),
    ("!ImportValue x", "{Fn::ImportValue: x}", {"Fn::ImportValue": "x"}, ("?",)),
    ("!Base64 abc", "{Fn::Base64: abc}", {"Fn::Base64": "abc"}, "YWJj"),
    ("!Cidr [10.0.0.0/16, 2, 8]", None, {"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
    ("!Cidr [!Ref Open, 2, 8]", None, {"Fn::Cidr": [{"Ref": "Open"}, 2, 8]}, ("?",)),
    ("!GetAZs ''", "{Fn::GetAZs: {Ref: AWS::Region}}", {"Fn::GetAZs": ""}, ("?",)),
    ("{Fn::Length: !Ref Zones}", None, {"Fn::Length": {"Ref": "Zones"}}, 3),
    ("{Fn::Transform: {Name: AWS::Include}}", None, {"Fn::Transform": {"Name": "AWS::Include"}}, ("?",)),
    ("[a, !Ref AWS::NoValue, {b: 1}]", None, ["a", {"Ref": "AWS::NoValue"}, {"b": 1}], ["a", {"b": 1}]),
    ("{a: {b: [1, 'x']}, c: null}", None, {"a": {"b": [1, "x"]}, "c": None}, {"a": {"b": [1, "x"]}, "c": "absent"}),
    ("{Condition: {Bool: {k: v}}}", None, {"Condition": {"Bool": {"k": "v"}}}, {"Condition": {"Bool": {"k": "v"}}}),
]


@pytest.mark.parametrize(("short", "long", "json", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_every_notation_gives_the_value(short: str, long: str | None, json: Any, wanted: Any) -> None:
    assert plain(value_of(short, SECTIONS)) == wanted
    assert plain(json_value_of(json, JSON_SECTIONS)) == wanted
    if long is not None:
        assert plain(value_of(long, SECTIONS)) == wanted


WHY = [
    ("!Ref Open", "the parameter Open has no default", ("Parameters.Open",)),
    ("!Ref Size", "the parameter Size has no default", ("Parameters.Size",)),
    ("!Ref Bucket", "the identifier of resource Bucket is known only after deployment", ("Bucket",)),
    ("!GetAtt Bucket.Arn", "the Arn of resource Bucket is known only after deployment", ("Bucket",)),
    (
        "!Sub '${Bucket.Arn}/${Open}'",
        "the Arn of resource Bucket is known only after deployment",
        ("Bucket", "Parameters.Open"),
    ),
    ("!Join ['', [a, !Ref Open, !Ref Bucket]]", "the parameter Open has no default", ("Parameters.Open", "Bucket")),
    ("!Ref AWS::Region", "AWS::Region: the region is chosen at deployment", ("AWS::Region",)),
    ("!ImportValue net-vpc", "another stack exports it as net-vpc", ()),
    ("!FindInMap [Sizes, !Ref Size, disk]", "the parameter Size has no default", ("Parameters.Size",)),
    ("{Fn::Transform: {Name: AWS::Include}}", "the transform AWS::Include makes it at deployment", ()),
]


@pytest.mark.parametrize(("text", "reason", "references"), WHY)
def test_what_is_unknown_says_why(text: str, reason: str, references: tuple[str, ...]) -> None:
    value = value_of(text, SECTIONS)
    assert isinstance(value, Unknown)
    assert (value.reason, value.references) == (reason, references)


@pytest.mark.parametrize(
    ("text", "store", "references", "pieces"),
    [
        (
            "'{{resolve:secretsmanager:db:SecretString:pw}}'",
            "Secrets Manager",
            ("{{resolve:secretsmanager:db:SecretString:pw}}",),
            (None,),
        ),
        ("'{{resolve:ssm-secure:pw:1}}'", "Systems Manager", ("{{resolve:ssm-secure:pw:1}}",), (None,)),
        ("'a-{{resolve:ssm:x}}-b'", "Systems Manager", ("{{resolve:ssm:x}}",), ("a-", None, "-b")),
        (
            "!Sub '{{resolve:secretsmanager:${Bucket}::pw}}'",
            "Secrets Manager",
            ("{{resolve:secretsmanager:…::pw}}", "Bucket"),
            (None,),
        ),
        ("!Join ['', ['{{resolve:ssm:', !Ref Name, '}}']]", "Systems Manager", ("{{resolve:ssm:logs}}",), (None,)),
        ("!Ref Secret", "Secrets Manager", ("{{resolve:secretsmanager:s}}",), (None,)),
    ],
)
def test_a_dynamic_reference_is_not_a_literal(text: str, store: str, references: tuple[str, ...], pieces: Any) -> None:
    sections = SECTIONS.replace(
        "Mappings:", "  Secret: {Type: String, Default: '{{resolve:secretsmanager:s}}'}\nMappings:"
    )
    value = value_of(text, sections)
    assert isinstance(value, Unknown)
    assert value.reason == f"it is resolved from {store} at deployment"
    assert (value.references, value.pieces) == (references, pieces)


def test_a_parameter_of_the_parameter_store_is_unknown_whatever_its_default() -> None:
    sections = "Parameters:\n  Ami: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/ami}\n"
    value = value_of("!Ref Ami", sections)
    assert isinstance(value, Unknown)
    assert value.reason == "the parameter Ami is read from the Systems Manager parameter /aws/ami at deployment"


def test_no_echo_makes_a_value_sensitive_wherever_it_goes() -> None:
    sections = (
        "Parameters:\n  Pw: {Type: String, NoEcho: true, Default: hunter2}\n  No: {Type: String, NoEcho: 'true'}\n"
    )
    for text in (
        "!Ref Pw",
        "!Sub 'x${Pw}'",
        "!Join ['', [a, !Ref Pw]]",
        "!Base64 {Ref: Pw}",
        "!Ref No",
        "!Sub 'x${No}'",
    ):
        assert value_of(text, sections).sensitive, text
    assert not value_of("x", sections).sensitive


def test_encoded_text_keeps_what_it_was_made_of() -> None:
    known = value_of("!Base64 {'Fn::Sub': 'pw=${Name}'}", SECTIONS)
    assert isinstance(known, Scalar)
    assert isinstance(known.encodes, Scalar)
    assert known.encodes.data == "pw=logs"
    gap = value_of("!Base64 {'Fn::Sub': 'pw=x ${Open}'}", SECTIONS)
    assert isinstance(gap, Unknown)
    assert isinstance(gap.encodes, Unknown)
    assert gap.encodes.pieces == ("pw=x ", None)
    structure = value_of("{Fn::ToJsonString: {a: 1}}")
    assert isinstance(structure, Unknown)
    assert isinstance(structure.encodes, Object)


def test_a_value_made_of_parameters_says_that_it_was_passed() -> None:
    assert value_of("!Sub 'x${Name}'", SECTIONS).origin is Origin.PASSED
    assert value_of("!Sub 'x'", SECTIONS).origin is Origin.WRITTEN


WRONG = [
    ("!Ref Nobody", "no parameter or resource is called Nobody"),
    ("!Ref AWS::Nothing", "AWS::Nothing is no pseudo parameter"),
    ("!GetAtt Nobody.Arn", "no parameter or resource is called Nobody"),
    ("!GetAtt Bucket", "Fn::GetAtt takes"),
    ("!Sub '${Nobody}'", "no parameter or resource is called Nobody"),
    ("!Sub 'echo ${X:-1}'", "write ${!X:-1} where the text itself is meant"),
    ("!Sub [a, b]", "Fn::Sub takes"),
    ("!Sub {a: b}", "Fn::Sub takes"),
    ("!Join [a]", "Fn::Join takes"),
    ("!Join ['', text]", "Fn::Join takes"),
    ("!Join ['', [[a]]]", "one of these is a list"),
    ("!Join ['', [{a: b}]]", "only text can be put together"),
    ("!Select [3, [a, b]]", "asks for item 3 of a list of 2"),
    ("!Select [-1, [a, b]]", "asks for item -1"),
    ("!Select [x, [a, b]]", "must be a whole number"),
    ("!Select [0, text]", "selects from a list"),
    ("!Select [0]", "Fn::Select takes"),
    ("!Split ['', text]", "must not be empty"),
    ("!Split [x, [a]]", "splits text"),
    ("!FindInMap [Nothing, a, b]", "no mapping is called Nothing"),
    ("!FindInMap [Sizes, huge, disk]", "has nothing at the keys huge and disk"),
    ("!FindInMap [Sizes, small]", "Fn::FindInMap takes"),
    ("!If [Nobody, a, b]", "no condition is called Nobody"),
    ("!If [a, b]", "Fn::If takes"),
    ("!Base64 [a]", "Fn::Base64 takes text"),
    ("!Cidr [x, 1, 8]", "takes an address block"),
    ("!Cidr [10.0.0.0/16, 300, 8]", "must be a number from 1 to 256"),
    ("!Cidr [10.0.0.0/16, 1, 33]", "must fit"),
    ("!Cidr [10.0.0.0/24, 200, 4]", "only 16 fit"),
    ("!Equals [a, b]", "Fn::Equals is no function that may stand here"),
    ("!Subb a", "Fn::Subb is no function that may stand here"),
    ("{Fn::GetAtt:: [a, b]}", "did you mean Fn::GetAtt?"),
    ("{Fn::Sub: a, b: c}", "must be the only key"),
    ("{Fn::Length: text}", "Fn::Length takes a list"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_argument_is_told_and_the_rest_is_read(text: str, message: str) -> None:
    found = template(f"[{text}, fine]", SECTIONS)
    assert [problem.kind for problem in found.problems] == ["syntax"]
    assert message in found.problems[0].message
    line = found.sources["template.yaml"].lines().index(f"      P: [{text}, fine]") + 1
    assert found.problems[0].span.line == line
    broken, fine = the_property(found).items  # type: ignore[attr-defined] # a List
    assert isinstance(broken, Unknown)
    assert plain(fine) == "fine"


def test_a_loop_makes_members() -> None:
    found = template("{a: 1, 'Fn::ForEach::X': [I, [b, c], {'${I}1': '${I}'}]}")
    assert told(found) == []
    assert plain(the_property(found)) == {"a": 1, "b1": "b", "c1": "c"}
