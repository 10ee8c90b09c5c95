"""Where everything stands: values, keys, resources, hops and comments, in YAML and JSON, whatever the line ends."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml
from cloudformation_reading import configuration, place, plain, template, the_property, value_of

from srm_lint.model.source import Source, Span
from srm_lint.model.value import List, Object, Origin
from srm_lint.read.cloudformation.syntax import parse

TEXT = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Cidr:
    Type: String
    Default: 0.0.0.0/0
Mappings:
  M: {a: {b: no}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: "é😀" # ü
      SecurityGroupIngress:
        - CidrIp: !Ref Cidr
          FromPort: 22
        - { CidrIp: !Sub "${Cidr}" }
      Tags: !FindInMap [M, a, b]
      Joined: !Join
        - ""
        - [a, b]
      Long:
        Fn::Join: ["", [a, b]]
      Text: |
        one
        two


  Next:
    Type: AWS::S3::Bucket
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_everything_in_yaml_stands_where_it_is_written(ends: str) -> None:
    found = configuration(TEXT.replace("\n", ends), dedent=False)
    assert found.problems == ()
    group, following = found.resources
    assert place(group.span) == (9, 3, 25, 12)
    assert place(following.span) == (28, 3, 29, 26)
    body = group.body
    assert place(body.span) == (9, 3, 9, 8)
    assert place(body.get("Nowhere").span) == (9, 3, 9, 8)
    assert place(body.get("GroupDescription").span) == (12, 25, 12, 29)
    assert place(body.keys["GroupDescription"]) == (12, 7, 12, 23)
    ingress = body.get("SecurityGroupIngress")
    assert isinstance(ingress, List)
    assert place(ingress.span) == (13, 7, 13, 27)
    first, second = ingress.items
    assert isinstance(first, Object)
    assert isinstance(second, Object)
    assert place(first.span) == (14, 11, 14, 17)
    assert place(second.span) == (16, 11, 16, 37)
    cidr = first.get("CidrIp")
    assert plain(cidr) == "0.0.0.0/0"
    assert place(cidr.span) == (5, 14, 5, 23)
    assert [place(hop) for hop in cidr.trace] == [(14, 19, 14, 28)]
    assert cidr.origin is Origin.PASSED
    assert [place(hop) for hop in second.get("CidrIp").trace] == [(16, 21, 16, 35)]
    tags = body.get("Tags")
    assert plain(tags) is False
    assert place(tags.span) == (7, 14, 7, 16)
    assert [place(hop) for hop in tags.trace] == [(17, 13, 17, 33)]
    assert place(body.get("Joined").span) == (18, 15, 18, 20)
    assert place(body.get("Long").span) == (22, 9, 22, 31)
    assert place(body.get("Text").span) == (23, 13, 25, 12)


def test_everything_in_json_stands_where_it_is_written() -> None:
    found = configuration(
        """\
{
\t"Parameters": {"Cidr": {"Type": "String", "Default": "::/0"}},
\t"Resources": {
\t\t"It": {
\t\t\t"Type": "AWS::X::Y",
\t\t\t"Properties": {
\t\t\t\t"A": "\\ud83d\\ude00", "B": true,
\t\t\t\t"C": {"Ref": "Cidr"},
\t\t\t\t"D": [
\t\t\t\t\t{
\t\t\t\t\t\t"E": -1.5e1
\t\t\t\t\t}
\t\t\t\t]
\t\t\t}
\t\t}
\t}
}
""",
        dedent=False,
    )
    assert found.problems == ()
    (it,) = found.resources
    assert place(it.span) == (4, 3, 15, 4)
    body = it.body
    assert place(body.span) == (4, 3, 4, 7)
    assert plain(body) == {"A": "😀", "B": True, "C": "::/0", "D": [{"E": Decimal(-15)}]}
    assert place(body.get("A").span) == (7, 10, 7, 24)
    assert place(body.get("B").span) == (7, 31, 7, 35)
    reference = body.get("C")
    assert place(reference.span) == (2, 55, 2, 61)
    assert [place(hop) for hop in reference.trace] == [(8, 11, 8, 24)]
    listed = body.get("D")
    assert isinstance(listed, List)
    assert place(listed.span) == (9, 5, 9, 8)
    assert place(listed.items[0].span) == (11, 7, 11, 10)


def test_only_lf_and_crlf_end_a_line() -> None:
    found = configuration(
        "Resources:\n  It:\n    Type: AWS::X::Y\n    Properties:\n      A: 'a\u2028b\u0085c'\n      B: 1\n",
        dedent=False,
    )
    assert place(found.resources[0].body.get("B").span) == (6, 10, 6, 11)


def test_an_aliased_value_stands_where_it_is_anchored() -> None:
    found = configuration("""
        Resources:
          One: {Type: AWS::X::Y, Properties: &p {A: 1, B: 2}}
          Two:
            Type: AWS::X::Y
            Properties:
              <<: *p
              B: 3
    """)
    assert found.problems == ()
    two = found.resources[1].body
    assert plain(two) == {"B": 3, "A": 1}
    assert place(two.get("A").span) == (2, 45, 2, 46)
    assert place(two.get("B").span) == (7, 10, 7, 11)


def test_an_unknown_parameter_stands_where_it_is_used() -> None:
    found = template("{a: !Ref Open}", "Parameters:\n  Open: {Type: String, AllowedValues: [x, y]}\n")
    member = the_property(found)
    assert isinstance(member, Object)
    value = member.get("a")
    assert place(value.span) == (10, 14, 10, 23)
    assert value.candidates[0].span == Span("template.yaml", 3, 40, 3, 41)  # type: ignore[attr-defined] # an Unknown
    assert value.candidates[0].trace == (value.span,)  # type: ignore[attr-defined] # an Unknown


SCALARS = [
    *((word, True) for word in ("true", "True", "TRUE", "yes", "Yes", "on", "ON")),
    *((word, False) for word in ("false", "no", "No", "off", "OFF")),
    *((word, "absent") for word in ("null", "~", "Null", "''  # x".replace("''", ""))),
    *((f"{quote}true{quote}", "true") for quote in "'\""),
    ("y", "y"),
    ("12", 12),
    ("-12", -12),
    ("+1_000", 1000),
    ("0755", 493),
    ("0x1F", 31),
    ("0b101", 5),
    ("'12'", "12"),
    ("0123456789", "0123456789"),
    ("1.50", Decimal("1.50")),
    (".5", Decimal("0.5")),
    ("1e3", Decimal(1000)),
    ("-1.5E-1", Decimal("-0.15")),
    ("1e999999999", "1e999999999"),
    ("2012-10-17", "2012-10-17"),
    ("22:30", "22:30"),
    ("1.2.3", "1.2.3"),
    ("-", None),
    ("0", 0),
    ("0_", "0_"),
    ("!!str 12", "12"),
    ("!!int '12'", 12),
    ("9" * 5000, "9" * 5000),
]


@pytest.mark.parametrize(("text", "wanted"), [row for row in SCALARS if row[1] is not None])
def test_plain_scalars_mean_what_yaml_1_1_says(text: str, wanted: object) -> None:
    value = plain(value_of(text))
    assert value == wanted
    assert type(value) is type(wanted)


COMMENTED = """\
# srm-lint: ignore a
Resources: # no mark
  It: # srm-lint: ignore b
    Type: AWS::X::Y
    Properties:
      A: "x # srm-lint: not this" # srm-lint: ignore c
      B: x#srm-lint-nor-this
      C: | # srm-lint: ignore d
        # srm-lint: nor this
      D: [1, 2] # first # srm-lint: ignore e
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_comments_are_found_and_text_is_not_taken_for_one(ends: str) -> None:
    found = configuration(COMMENTED.replace("\n", ends), dedent=False)
    assert [(comment.text, place(comment.span)) for comment in found.comments] == [
        ("# srm-lint: ignore a", (1, 1, 1, 21)),
        ("# srm-lint: ignore b", (3, 7, 3, 27)),
        ("# srm-lint: ignore c", (6, 35, 6, 55)),
        ("# srm-lint: ignore d", (8, 12, 8, 32)),
        ("# first # srm-lint: ignore e", (10, 17, 10, 45)),
    ]


def test_without_libyaml_the_tree_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from srm_lint.read.cloudformation import yaml_text

    source = Source("x", TEXT)
    fast = parse(source)
    assert yaml.__with_libyaml__, "libyaml is missing here, so nothing is compared"
    monkeypatch.setattr(yaml_text, "CParser", yaml_text.PurePython)
    assert parse(source) == fast


def test_a_text_below_its_function_stands_where_it_is_written() -> None:
    value = value_of('!Sub\n- "${A}-${AWS::Region}"\n- A: x')
    assert place(value.span) == (9, 11, 9, 32)
