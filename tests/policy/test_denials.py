"""What the denials of a document take back of what its statements allow."""

from __future__ import annotations

import json

import pytest

from srm_lint.model.condition import Truth
from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Scalar, Value
from srm_lint.normalize.documents import document
from srm_lint.policy.denials import MAX_COMPARED, MAX_DENIALS
from srm_lint.policy.predicates import verbs

HERE = Span("policy.json", 1, 1, 1, 2)
BUCKET = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
OURS = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}


def statements(*written: dict[str, object]) -> List:
    made = document(Scalar(span=HERE, data=json.dumps({"Statement": list(written)})), {})
    assert isinstance(made, Object)
    found: Value = made.get("statements")
    assert isinstance(found, List)
    return found


def public(**denial: object) -> Truth:
    """Whether what everyone may read is open to everyone beside a denial."""
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": BUCKET, **denial}
    return verbs()["allows_everyone"].ask(statements(allow, deny).items[0], True)


@pytest.mark.parametrize(
    ("denial", "expected"),
    [
        ({"Condition": OURS}, Truth.FALSE),
        ({"Condition": {"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}}, Truth.FALSE),
        ({"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, Truth.FALSE),
        ({"Condition": {**OURS, "Bool": {"aws:PrincipalIsAWSService": "false"}}}, Truth.FALSE),
        ({"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}}, Truth.FALSE),
        ({"Condition": {"Null": {"aws:SourceVpce": "true"}}}, Truth.FALSE),
        ({}, Truth.FALSE),
        ({"Action": ["s3:Get*", "s3:Put*"], "Condition": OURS}, Truth.FALSE),
        ({"Action": "*", "Resource": "*", "Condition": OURS}, Truth.FALSE),
        # These leave strangers in.
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, Truth.TRUE),
        ({"Condition": {**OURS, "StringEquals": {"s3:prefix": "x"}}}, Truth.TRUE),
        ({"Condition": {"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, Truth.TRUE),
        ({"Condition": {"ArnNotLike": {"aws:PrincipalArn": "*"}}}, Truth.TRUE),
        ({"Action": "s3:PutObject", "Condition": OURS}, Truth.TRUE),
        ({"Resource": "arn:aws:s3:::b", "Condition": OURS}, Truth.TRUE),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Condition": OURS}, Truth.TRUE),
    ],
)
def test_a_denial_keeps_strangers_from_what_everyone_is_allowed(denial: dict[str, object], expected: Truth) -> None:
    assert public(**denial) is expected


def test_all_actions_but_some_are_not_told_apart() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    deny = {"Effect": "Deny", "Principal": "*", "NotAction": "s3:List*", "Resource": BUCKET, "Condition": OURS}
    assert verbs()["allows_everyone"].ask(statements(allow, deny).items[0], True) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("denial", "expected"),
    [
        ({"Action": "iam:*", "Resource": "*"}, Truth.FALSE),
        ({"Action": "iam:PassRole", "NotResource": "arn:aws:iam::111122223333:role/app"}, Truth.UNKNOWN),
        ({"Action": "iam:*", "Resource": "*", "Condition": {"Bool": {"aws:ViaAWSService": "false"}}}, Truth.UNKNOWN),
        ({"NotAction": "ec2:*", "Resource": "*"}, Truth.UNKNOWN),
        ({"Action": "s3:*", "Resource": "*"}, Truth.TRUE),
    ],
)
def test_a_denial_takes_an_action_back(denial: dict[str, object], expected: Truth) -> None:
    allow = {"Effect": "Allow", "Action": ["iam:PassRole", "ec2:*"], "Resource": "*"}
    made = statements(allow, {"Effect": "Deny", **denial})
    assert verbs()["passes_any_role"].ask(made, True) is expected
    assert verbs()["allows_on_everything"].ask(made.items[0], ["iam:PassRole"]) is expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": BUCKET, "Condition": OURS}, Truth.TRUE),
        ({"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": BUCKET, "Condition": OURS}, Truth.FALSE),
        ({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": BUCKET, "Condition": OURS}, Truth.FALSE),
    ],
)
def test_a_denial_of_several_actions_to_strangers(statement: dict[str, object], expected: Truth) -> None:
    asked = statements(statement).items[0]
    assert verbs()["denies_strangers"].ask(asked, ["s3:GetObject", "s3:PutObject"]) is expected


def test_more_than_is_looked_at_is_not_known() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    other = {"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": BUCKET, "Condition": OURS}
    verb = verbs()["allows_everyone"]
    assert verb.ask(statements(allow, *[other] * MAX_DENIALS).items[0], True) is Truth.TRUE
    assert verb.ask(statements(allow, *[other] * (MAX_DENIALS + 1)).items[0], True) is Truth.UNKNOWN
    many = [f"s3:Get{number}" for number in range(MAX_COMPARED)]
    made = statements({**allow, "Action": [*many, "s3:GetObject"]}, {**other, "Action": many}).items[0]
    assert verb.ask(made, True) is Truth.UNKNOWN
