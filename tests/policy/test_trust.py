"""Whom trust policies let in."""

from __future__ import annotations

import pytest
from policy_statements import ask, unknown

from srm_lint.model.condition import Truth

NO, OPEN, YES = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
ROOT = "arn:aws:iam::111122223333:root"
GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
EKS = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
COGNITO = "cognito-identity.amazonaws.com"


def when(key: object, *values: object, operator: str = "StringEquals") -> dict[str, object]:
    return {"operator": operator, "key": key, "values": [*values]}


def account(id_: object, type_: object = "AWS", **more: object) -> Truth:
    written = {"effect": "Allow", "principals": [{"type": type_, "id": id_}], "actions": ["sts:AssumeRole"]}
    return ask("trusts_whole_account", {**written, "conditions": [], **more})


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        (ROOT, YES),
        ("111122223333", YES),
        ("arn:aws-us-gov:iam::111122223333:root", YES),
        ("arn:aws:iam::111122223333:role/deployer", NO),
        ("*", NO),  # everyone, of which another policy tells
        (unknown("arn:aws:iam::", None, ":root", of="data.aws_caller_identity.me"), NO),
        (unknown("arn:aws:iam::", None, ":root", of="AWS::AccountId"), NO),
        (unknown(of="AWS::AccountId"), NO),
        (unknown("arn:aws:iam::", None, ":root"), OPEN),
        (unknown(), OPEN),
        (unknown("arn:aws:iam::", None, ":role/deployer"), NO),
        (unknown(of="aws_iam_role.r"), NO),
    ],
)
def test_a_whole_account(id_: object, expected: Truth) -> None:
    assert account(id_) is expected


def test_an_account_is_not_trusted_whole_under_a_condition() -> None:
    assert account(ROOT, conditions=[when("sts:ExternalId", "x")]) is NO
    assert account(ROOT, conditions=unknown()) is OPEN
    assert account(ROOT, effect="Deny") is NO
    assert account("ec2.amazonaws.com", "Service") is NO


def token(provider: object, *conditions: object, action: object = "sts:AssumeRoleWithWebIdentity") -> Truth:
    principals = [{"type": "Federated", "id": provider}]
    written = {"effect": "Allow", "principals": principals, "actions": [action], "conditions": [*conditions]}
    return ask("trusts_any_token", written)


ISSUER = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], YES),
        ([when(f"{ISSUER}:aud", "sts.amazonaws.com")], YES),
        ([when(f"{ISSUER}:sub", "repo:example/site:ref:refs/heads/main")], NO),
        ([when(f"{ISSUER}:sub", "repo:example/*", operator="StringLike")], NO),
        ([when(f"{ISSUER}:sub", "repo:example/*", operator="ForAnyValue:StringLike")], NO),
        ([when(f"{ISSUER}:sub", "repo:example/*", operator="ForAllValues:StringLike")], YES),
        ([when(f"{ISSUER}:sub", "repo:*", operator="StringLike")], YES),
        ([when(f"{ISSUER}:sub", "repo:*/site:*", operator="StringLike")], YES),
        ([when(f"{ISSUER}:sub", "*", operator="StringLike")], YES),
        ([when(f"{ISSUER}:sub", "repo:example/a", "repo:*", operator="StringLike")], YES),
        ([when(f"{ISSUER}:repository_owner", "example")], NO),
        ([when(f"{ISSUER}:sub", unknown())], OPEN),
        ([when(f"{ISSUER}:sub", unknown("repo:", None, ":*"), operator="StringLike")], NO),
        ([unknown()], OPEN),
    ],
)
def test_tokens_of_github(conditions: list[object], expected: Truth) -> None:
    assert token(GITHUB, *conditions) is expected


def test_tokens_of_a_cluster() -> None:
    key = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
    assert token(EKS, when(f"{key}:aud", "sts.amazonaws.com")) is YES
    assert token(EKS, when(f"{key}:sub", "system:serviceaccount:shop:cart")) is NO
    assert token(EKS, when(f"{key}:sub", "system:serviceaccount:*:*", operator="StringLike")) is YES
    assert token(unknown(of="aws_iam_openid_connect_provider.p"), when(unknown(None, ":sub"), "system:x")) is NO
    assert token(unknown(of="aws_iam_openid_connect_provider.p"), when(unknown(None, ":aud"), "x")) is OPEN
    assert token(unknown(of="aws_iam_openid_connect_provider.p"), when(unknown(), "x")) is OPEN


def test_tokens_for_an_application() -> None:
    assert token(COGNITO, when(f"{COGNITO}:aud", "eu-west-1:12345678-1234")) is NO
    assert token(COGNITO, when(f"{COGNITO}:amr", "authenticated")) is YES
    assert token("accounts.google.com", when("accounts.google.com:aud", "x")) is NO
    assert token("arn:aws:iam::111122223333:oidc-provider/login.example.com", when("login.example.com:aud", "x")) is NO


def test_only_who_comes_with_a_token_is_asked_for_its_claims() -> None:
    assert token("arn:aws:iam::111122223333:saml-provider/idp", action="sts:AssumeRoleWithSAML") is NO
    assert token("arn:aws:iam::111122223333:saml-provider/idp", action="sts:AssumeRole*") is NO
    assert token(GITHUB, action="sts:TagSession") is NO
    assert token(GITHUB, action=unknown("sts:", None)) is OPEN
    aws = {"effect": "Allow", "principals": [{"type": "AWS", "id": ROOT}], "actions": ["sts:*"], "conditions": []}
    assert ask("trusts_any_token", aws) is NO
