"""Which permissions let their holder become more than it is."""

from __future__ import annotations

import pytest
from policy_statements import SPAN, ask, unknown, value

from srm_lint.model.condition import Truth
from srm_lint.model.value import Unknown
from srm_lint.policy.escalation import ALONE, RUNNING
from srm_lint.policy.predicates import verbs

NO, OPEN, YES = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
IF_TAGGED = [{"operator": "StringEquals", "key": "aws:ResourceTag/a", "values": ["b"]}]
WITH_MFA = [{"operator": "Bool", "key": "aws:MultiFactorAuthPresent", "values": ["true"]}]


def allow(*actions: object, resources: object = "*", **more: object) -> dict[str, object]:
    listed = resources if isinstance(resources, list) else [resources]
    return {"effect": "Allow", "actions": [*actions], "resources": listed, "conditions": [], **more}


@pytest.mark.parametrize("action", ALONE)
def test_each_of_these_actions_is_enough(action: str) -> None:
    assert ask("escalates_privileges", allow("s3:GetObject", action)) is YES
    assert ask("escalates_privileges", allow(action.upper())) is YES
    assert ask("escalates_privileges", allow(action, effect="Deny")) is NO


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("iam:*", YES),
        ("iam:Put*", YES),
        ("iam:?ttachRolePolicy", YES),
        ("iam:[A]ttachRolePolicy", NO),
        ("*", NO),  # an administrator's, of which another policy tells
        ("*:*", NO),
        ("iam:Get*", NO),
        ("iam:PassRole", NO),
        ("lambda:*", YES),
        (unknown(), OPEN),
        (unknown("iam:", None), OPEN),
        (unknown("s3:", None), NO),
        (unknown(of="aws_iam_role.r"), NO),
    ],
)
def test_actions(action: object, expected: Truth) -> None:
    assert ask("escalates_privileges", allow(action)) is expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", YES),
        ("arn:aws:iam::*:user/*", YES),
        ("arn:aws:iam::111122223333:policy/*", YES),
        ("arn:aws:iam::111122223333:*", YES),
        ("arn:aws:lambda:*:*:function:*", YES),
        (unknown("arn:aws:iam::", None, ":role/*"), YES),
        ("arn:aws:iam::*:user/${aws:username}", NO),
        ("arn:aws:iam::111122223333:role/app-*", NO),
        (unknown("arn:aws:iam::111122223333:role/", None), NO),
        (unknown(), OPEN),
        (unknown(of="aws_iam_role.r"), NO),
    ],
)
def test_resources(resource: object, expected: Truth) -> None:
    assert ask("escalates_privileges", allow("iam:PutRolePolicy", resources=resource)) is expected


def test_conditions_about_the_target_lessen_it_and_those_about_the_caller_do_not() -> None:
    assert ask("escalates_privileges", allow("iam:CreateAccessKey", conditions=IF_TAGGED)) is NO
    assert ask("escalates_privileges", allow("iam:CreateAccessKey", conditions=WITH_MFA)) is YES
    assert ask("escalates_privileges", unknown()) is OPEN


@pytest.mark.parametrize("row", RUNNING, ids="+".join)
def test_a_role_is_passed_to_something_that_runs(row: tuple[str, ...]) -> None:
    run = [allow(action, resources="arn:aws:x:::y") for action in row]
    assert ask("passes_any_role", [allow("iam:PassRole"), *run]) is YES
    assert ask("passes_any_role", [allow("iam:PassRole"), *run[1:]]) is NO
    assert ask("passes_any_role", run) is NO
    assert ask("passes_any_role", [allow("iam:PassRole", resources="arn:aws:iam::*:role/app"), *run]) is NO
    assert ask("passes_any_role", [allow("iam:PassRole", conditions=IF_TAGGED), *run]) is NO


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow("s3:GetObject"), YES),
        (allow("s3:Get*"), YES),
        (allow("*"), YES),
        (allow("s3:GetObject", resources="arn:aws:s3:::*"), YES),
        (allow("s3:GetObject", resources="arn:aws:s3:::*/*"), YES),
        (allow("s3:GetObject", resources="arn:aws:s3:::logs/*"), NO),
        (allow("s3:GetObject", resources=unknown("arn:aws:s3:::", None, "/*")), NO),
        (allow("s3:GetObject", resources=unknown(None, "/*", of="aws_s3_bucket.b")), NO),
        (allow("s3:ListBucket"), NO),
        (allow("s3:GetObject", conditions=IF_TAGGED), NO),
        (allow("s3:GetObject", effect="Deny"), NO),
        (unknown(), OPEN),
    ],
)
def test_an_action_is_allowed_on_every_resource(statement: object, expected: Truth) -> None:
    verb = verbs()["allows_on_everything"]
    assert verb.ask(value(statement), ["s3:GetObject", "s3:GetObjectVersion"]) is expected


def test_what_is_unknown_leaves_it_open_only_where_it_matters() -> None:
    nobody_knows = Unknown(span=SPAN, reason="why")
    assert ask("passes_any_role", [allow("iam:PassRole"), allow(unknown())]) is OPEN
    assert ask("passes_any_role", [allow("s3:GetObject"), nobody_knows]) is OPEN
    assert ask("passes_any_role", [allow("s3:GetObject"), allow("ec2:RunInstances")]) is NO
    assert ask("passes_any_role", [allow("*")]) is NO
    either = Unknown(span=SPAN, reason="why", candidates=(nobody_knows,))
    assert ask("passes_any_role", either) is OPEN
