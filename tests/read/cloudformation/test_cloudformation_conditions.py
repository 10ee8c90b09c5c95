"""Conditions: what is decided, what is not and why, and what that does to values and resources."""

from __future__ import annotations

import pytest
from cloudformation_reading import configuration, plain, value_of

from srm_lint.model.value import Scalar, Unknown

PARAMETERS = """
Parameters:
  Env: {Type: String, Default: dev}
  Open: {Type: String}
  Size: {Type: String, AllowedValues: [small, large]}
  Zones: {Type: CommaDelimitedList, Default: "a,b"}
"""
TABLE = [
    ("!Equals [!Ref Env, dev]", True),
    ("!Equals [!Ref Env, prod]", False),
    ("!Equals [!Ref Open, prod]", None),
    ("!Equals [!Ref Size, medium]", False),
    ("!Equals [!Ref Size, small]", None),
    ("!Equals [!Join [',', !Ref Zones], 'a,b']", True),
    ("!Equals [1, '1']", True),
    ("!Equals [true, 'true']", True),
    ("!Equals [!Ref AWS::Region, eu-west-1]", None),
    ("!Not [!Equals [!Ref Env, dev]]", False),
    ("!Not [!Equals [!Ref Open, dev]]", None),
    ("!And [!Equals [a, a], !Equals [b, b]]", True),
    ("!And [!Equals [!Ref Open, a], !Equals [a, b]]", False),
    ("!And [!Equals [!Ref Open, a], !Equals [a, a]]", None),
    ("!Or [!Equals [!Ref Open, a], !Equals [a, a]]", True),
    ("!Or [!Equals [!Ref Open, a], !Equals [a, b]]", None),
    ("!Or [!Equals [b, a], !Equals [a, b]]", False),
    ("!Condition Yes", True),
    ("!And [{Condition: Yes}, {Condition: Maybe}]", None),
    ("!Not [Condition: Yes]", False),
    ("{'Fn::Not': [{'Fn::Equals': [a, b]}]}", True),
]


@pytest.mark.parametrize(("text", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_conditions_choose_the_branch(text: str, wanted: bool | None) -> None:
    sections = PARAMETERS + f"Conditions:\n  Yes: !Equals [a, a]\n  Maybe: !Equals [!Ref Open, x]\n  C: {text}\n"
    value = value_of("!If [C, yes-branch, no-branch]", sections)
    if wanted is None:
        assert plain(value) == ("one of", "yes-branch", "no-branch")
    else:
        assert plain(value) == ("yes-branch" if wanted else "no-branch")


def test_an_undecided_choice_names_its_condition_and_keeps_references() -> None:
    sections = PARAMETERS + "Conditions:\n  C: !Equals [!Ref Open, x]\n"
    value = value_of("!If [C, !GetAtt Bucket.Arn, x]", sections)
    assert isinstance(value, Unknown)
    assert value.reason == "it depends on the condition C (the parameter Open has no default)"
    assert value.references == ("Parameters.Open", "Bucket")
    assert value.candidates == (), "one branch is open, so it can be anything"


def test_a_property_that_may_be_left_out_has_an_absent_candidate() -> None:
    sections = PARAMETERS + "Conditions:\n  C: !Equals [!Ref Open, x]\n"
    assert plain(value_of("!If [C, 1, !Ref AWS::NoValue]", sections)) == ("one of", 1, "absent")
    assert plain(value_of("!Join ['-', [a, !If [C, b, !Ref AWS::NoValue]]]", sections)) == ("one of", "a-b", "a")
    assert plain(value_of("!Base64 {'Fn::If': [C, b, !Ref AWS::NoValue]}", sections)) == ("one of", "Yg==", "absent")


def test_a_condition_is_taken_for_granted_inside_its_own_branch() -> None:
    sections = PARAMETERS + "Conditions:\n  C: !Equals [!Ref Open, x]\n"
    value = value_of("!If [C, {a: !If [C, 1, 2]}, {a: !If [C, 3, 4]}]", sections)
    assert plain(value) == ("one of", {"a": 1}, {"a": 4})


def test_a_condition_may_be_written_in_place() -> None:
    assert plain(value_of("!If [!Equals [!Ref Env, dev], 1, 2]", PARAMETERS)) == 1
    assert plain(value_of("!If [!Equals [!Ref Open, dev], 1, 2]", PARAMETERS)) == ("one of", 1, 2)


def test_resources_exist_as_their_conditions_say() -> None:
    found = configuration("""
        Parameters:
          Open: {Type: String}
        Conditions:
          Never: !Equals [a, b]
          Always: !Equals [a, a]
          Maybe: !Equals [!Ref Open, a]
        Resources:
          Plain: {Type: AWS::S3::Bucket}
          Gone: {Type: AWS::S3::Bucket, Condition: Never}
          There: {Type: AWS::S3::Bucket, Condition: Always}
          Perhaps:
            Type: AWS::S3::Bucket
            Condition: Maybe
            Properties: {BucketName: !If [Maybe, x, y]}
    """)
    assert found.problems == ()
    exists = {resource.address: resource.exists for resource in found.resources}
    assert list(exists) == ["Plain", "There", "Perhaps"]
    assert plain(exists["Plain"]) is True
    assert plain(exists["There"]) is True
    perhaps = exists["Perhaps"]
    assert isinstance(perhaps, Unknown)
    assert perhaps.reason == "created only if the condition Maybe holds: the parameter Open has no default"
    assert perhaps.references == ("Parameters.Open",)
    assert perhaps.span.line == 13
    # Where the resource exists, its condition holds.
    assert plain(found.resources[2].body.get("BucketName")) == "x"


@pytest.mark.parametrize(
    ("conditions", "line", "message"),
    [
        ("  A: !Condition B\n  B: !Not [!Condition A]\n", 3, "the condition A depends on itself: A → B → A"),
        ("  A: !Condition A\n", 3, "the condition A depends on itself: A → A"),
        ("  A: !Condition Z\n", 3, "no condition is called Z"),
        ("  A: !And [!Equals [a, a]]\n", 3, "Fn::And takes a list of 2 to 10 conditions"),
        ("  A: !Not [!Equals [a, a], !Equals [a, a]]\n", 3, "Fn::Not takes a list of one condition"),
        ("  A: !Equals [a]\n", 3, "Fn::Equals takes a list of two values"),
        ("  A: !Sub a\n", 3, "Fn::Sub is no function of conditions"),
        ("  A: yes\n", 3, "a condition is made of"),
    ],
)
def test_a_wrong_condition_is_told_and_decides_nothing(conditions: str, line: int, message: str) -> None:
    found = configuration(
        "AWSTemplateFormatVersion: 2010-09-09\nConditions:\n"
        + conditions
        + "Resources:\n  It: {Type: AWS::S3::Bucket, Condition: A, Properties: {P: !If [A, 1, 2]}}\n"
    )
    assert [(problem.kind, problem.span.line) for problem in found.problems] == [("syntax", line)]
    assert message in found.problems[0].message
    assert isinstance(found.resources[0].exists, Unknown)


def test_long_chains_of_conditions_are_bounded() -> None:
    chain = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(3000))
    text = f"Conditions:\n{chain}  C3000: !Equals [a, a]\nResources:\n  It: {{Type: AWS::S3::Bucket, Condition: C0}}\n"
    found = configuration(text)
    assert "limit" in {problem.kind for problem in found.problems}
    assert isinstance(found.resources[0].exists, Unknown)


def test_short_chains_are_followed() -> None:
    chain = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(20))
    text = f"Conditions:\n{chain}  C20: !Equals [a, a]\nResources:\n  It: {{Type: AWS::S3::Bucket, Condition: C0}}\n"
    found = configuration(text)
    assert found.problems == ()
    assert isinstance(found.resources[0].exists, Scalar)
