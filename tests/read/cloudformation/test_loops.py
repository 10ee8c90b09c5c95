"""`Fn::ForEach`: what loops make, where it stands, and loops that make too much, nothing, or what nobody knows."""

from __future__ import annotations

import pytest
from cloudformation_reading import configuration, plain, told

from srm_lint.model.value import Unknown

LOOP = """Transform: AWS::LanguageExtensions
Parameters:
  Zones: {Type: CommaDelimitedList, Default: "a,b"}
  Open: {Type: CommaDelimitedList}
Mappings:
  Names: {All: {List: [x, y]}}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - %s
    - Bucket${Name}:
        Type: AWS::S3::Bucket
        Properties:
          BucketName: !Sub "${AWS::StackName}-${Name}"
          Plain: ${Name}-plain
          Long: {Ref: Name}
          Short: !Ref Name
Outputs:
  Fn::ForEach::Out:
    - Name
    - %s
    - Out${Name}: {Value: !GetAtt ["Bucket${Name}", Arn]}
"""


def loop(over: str) -> str:
    return LOOP % (over, over)


@pytest.mark.parametrize(
    ("over", "names"),
    [
        ("[one, two]", ["one", "two"]),
        ("!Ref Zones", ["a", "b"]),
        ("{Ref: Zones}", ["a", "b"]),
        ("!FindInMap [Names, All, List]", ["x", "y"]),
        ("[one, !Select [0, !Ref Zones]]", ["one", "a"]),
        ("[]", []),
    ],
)
def test_loops_go_over_what_is_known(over: str, names: list[str]) -> None:
    found = configuration(loop(over), dedent=False)
    assert [problem.message for problem in found.problems if "at least one resource" not in problem.message] == []
    assert [resource.address for resource in found.resources] == [f"Bucket{name}" for name in names]
    for name, resource in zip(names, found.resources, strict=True):
        assert plain(resource.body.get("Plain")) == f"{name}-plain"
        assert plain(resource.body.get("Long")) == plain(resource.body.get("Short")) == name
        named = resource.body.get("BucketName")
        assert isinstance(named, Unknown)
        assert named.pieces == (None, f"-{name}")


def test_what_a_loop_makes_stands_in_the_loop() -> None:
    found = configuration(loop("[one]"), dedent=False)
    (resource,) = found.resources
    assert (resource.span.line, resource.body.get("Plain").span.line) == (11, 15)


def test_letters_and_digits_of_a_value_make_logical_ids() -> None:
    text = loop("[10.0/8]").replace("Bucket${Name}:", "Bucket&{Name}:").replace('"Bucket${Name}"', '"Bucket&{Name}"')
    found = configuration(text.replace("Out${Name}", "Out&{Name}"), dedent=False)
    assert [resource.address for resource in found.resources] == ["Bucket1008"]
    assert plain(found.resources[0].body.get("Plain")) == "10.0/8-plain"


def test_loops_nest() -> None:
    found = configuration(
        """
        Transform: AWS::LanguageExtensions
        Resources:
          Fn::ForEach::Outer:
            - A
            - [x, y]
            - Fn::ForEach::Inner:
                - B
                - ["1", "2"]
                - R${A}${B}:
                    Type: AWS::X::Y
                    Properties:
                      Fn::ForEach::Inside: [C, [p, !Ref B], {"${C}": "${A}"}]
        """
    )
    assert told(found) == []
    assert [resource.address for resource in found.resources] == ["Rx1", "Rx2", "Ry1", "Ry2"]
    assert plain(found.resources[1].body) == {"p": "x", "2": "x"}


def test_loops_in_conditions_are_written_out() -> None:
    found = configuration(
        """
        Transform: AWS::LanguageExtensions
        Conditions:
          Fn::ForEach::C: [I, [a, b], {"Is${I}": !Equals ["${I}", a]}]
        Resources:
          A: {Type: AWS::X::Y, Condition: Isa}
          B: {Type: AWS::X::Y, Condition: Isb}
        """
    )
    assert [resource.address for resource in found.resources] == ["A"]


def test_what_a_loop_over_an_unknown_list_makes_is_not_judged_and_that_is_said() -> None:
    found = configuration(loop("!Ref Open") + "  Name: {Value: !Ref Bucketx}\n", dedent=False)
    kinds = [(problem.kind, problem.span.line) for problem in found.problems]
    assert ("unsupported", 8) in kinds
    assert "the parameter Open has no default" in found.problems[0].message
    assert not any("no parameter or resource is called Bucketx" in problem.message for problem in found.problems)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Fn::ForEach::X: [I, [a]]", "takes a list of an identifier"),
        ("Fn::ForEach::X: {I: [a]}", "takes a list of an identifier"),
        ("Fn::ForEach::X: [I, 7, {A: {Type: AWS::X::Y}}]", "goes over a list of texts"),
        ("Fn::ForEach::X: [I, [[a]], {A: {Type: AWS::X::Y}}]", "goes over a list of texts"),
        ("Fn::ForEach::X: [I, [a, b], {A: {Type: AWS::X::Y}}]", "a loop makes A twice"),
    ],
)
def test_wrong_loops_are_told_and_the_rest_is_read(text: str, message: str) -> None:
    found = configuration(f"Resources:\n  {text}\n  Good: {{Type: AWS::X::Y}}\n", dedent=False)
    assert message in found.problems[0].message
    assert found.problems[0].span.line == 2
    assert found.resources[-1].address == "Good"


def test_loops_that_make_too_much_are_bounded() -> None:
    items = ", ".join(f"i{number}" for number in range(200))
    inner = f"Fn::ForEach::B: [J, [{items}], {{'R${{I}}${{J}}${{K}}': {{Type: AWS::X::Y, Properties: {{A: 1}}}}}}]"
    text = f"Resources:\n  Fn::ForEach::A: [K, [{items}], {{Fn::ForEach::C: [I, [{items}], {{{inner}}}]}}]\n"
    found = configuration(text, dedent=False)
    assert {problem.kind for problem in found.problems} == {"limit"}
    assert len(found.resources) > 1000
