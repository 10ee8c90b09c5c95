"""What statements of policy documents allow, in three values."""

import pytest
from policy_statements import SPAN, value

from srm_lint.model.condition import Truth
from srm_lint.model.value import Unknown
from srm_lint.policy.predicates import decided, verbs

NOBODY_KNOWS = Unknown(span=SPAN, reason="var.x has no value", references=("var.x",))
A_ROLE = Unknown(span=SPAN, reason="aws_iam_role.r.arn is known only after apply", references=("aws_iam_role.r",))
A_RESOURCE = Unknown(span=SPAN, reason="the Arn of resource Role is known only after deployment", references=("Role",))
A_PARAMETER = Unknown(span=SPAN, reason="the parameter Who has no default", references=("Parameters.Who",))
STAR = [{"type": "AWS", "id": "*"}]


def with_gaps(*pieces: str | None) -> Unknown:
    return Unknown(span=SPAN, reason="a part is unknown", references=("aws_x.y",), pieces=pieces)


def choice(*candidates: object) -> Unknown:
    return Unknown(span=SPAN, reason="it depends", candidates=tuple(value(one) for one in candidates))


def when(operator: str, key: str, *values: object) -> list[object]:
    return [{"operator": operator, "key": key, "values": list(values)}]


def ask(verb: str, wanted: object = True, **members: object) -> Truth:
    statement = value(members)
    return decided(statement, lambda one: verbs()[verb].ask(one, wanted))


def everyone(**members: object) -> Truth:
    written = {"effect": "Allow", "principals": STAR, "actions": ["s3:GetObject"], "resources": ["*"], **members}
    return ask("allows_everyone", **written)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("aws_iam_role.r", Truth.FALSE),
        ('module.m["a.b"].aws_iam_role.r["c.d.e"]', Truth.FALSE),
        ("data.aws_caller_identity.me", Truth.FALSE),
        ("module.far", Truth.UNKNOWN),
        ("module.my_accounts.var.who", Truth.UNKNOWN),
        ("data.terraform_remote_state.iam", Truth.UNKNOWN),
        ("terraform.workspace", Truth.UNKNOWN),
    ],
)
def test_what_a_reference_names_tells_whether_it_can_be_everyone(reference: str, expected: Truth) -> None:
    who = Unknown(span=SPAN, reason="it is known only after apply", references=(reference,))
    assert everyone(principals=[{"type": "AWS", "id": who}]) is expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("aws_iam_policy.p", Truth.FALSE),
        ("data.aws_iam_policy.p", Truth.UNKNOWN),
        ("module.far", Truth.UNKNOWN),
        ("var.policy", Truth.UNKNOWN),
    ],
)
def test_a_policy_that_is_looked_up_may_be_an_administrators(reference: str, expected: Truth) -> None:
    arn = Unknown(span=SPAN, reason="it is known only after apply", references=(reference,))
    assert verbs()["administrator_policy"].ask(arn, True) is expected


@pytest.mark.parametrize(
    ("principals", "expected"),
    [
        (STAR, Truth.TRUE),
        ([{"type": "*", "id": "*"}], Truth.TRUE),
        ([{"type": "AWS", "id": "arn:aws:iam::111122223333:root"}, {"type": "AWS", "id": "*"}], Truth.TRUE),
        ([{"type": "Service", "id": "*"}], Truth.FALSE),
        ([{"type": "AWS", "id": "arn:aws:iam::*:root"}], Truth.FALSE),
        ([{"type": "AWS", "id": with_gaps("arn:aws:iam::", None, ":root")}], Truth.FALSE),
        ([{"type": "AWS", "id": A_ROLE}], Truth.FALSE),
        ([{"type": "AWS", "id": A_RESOURCE}], Truth.FALSE),
        ([{"type": "AWS", "id": A_PARAMETER}], Truth.UNKNOWN),
        ([{"type": "AWS", "id": NOBODY_KNOWS}], Truth.UNKNOWN),
        ([{"type": "AWS", "id": choice("*", "arn:aws:iam::111122223333:root")}], Truth.UNKNOWN),
        ([{"type": "AWS", "id": choice("111122223333", "444455556666")}], Truth.FALSE),
        (NOBODY_KNOWS, Truth.UNKNOWN),
        ([], Truth.FALSE),
    ],
)
def test_everyone_is_a_star_for_accounts(principals: object, expected: Truth) -> None:
    assert everyone(principals=principals) is expected


def test_a_denial_allows_nobody_and_an_unknown_effect_leaves_it_open() -> None:
    assert everyone(effect="Deny") is Truth.FALSE
    assert everyone(effect=NOBODY_KNOWS) is Truth.UNKNOWN


def test_everyone_but_a_few_is_everyone() -> None:
    few = [{"type": "AWS", "id": "arn:aws:iam::111122223333:root"}]
    assert everyone(principals=[], not_principals=few) is Truth.TRUE


@pytest.mark.parametrize(
    "conditions",
    [
        when("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij"),
        when("StringEquals", "AWS:SOURCEVPCE", "vpce-1"),
        when("StringEquals", "aws:SourceVpc", NOBODY_KNOWS),
        when("StringEquals", "aws:SourceAccount", "111122223333"),
        when("StringLike", "aws:PrincipalOrgPaths", "o-abcdefghij/*"),
        when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abcdefghij/*"),
        when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:photos"),
        when("ArnEquals", "aws:SourceArn", A_RESOURCE),
        when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*"),
        when("ArnLike", "aws:SourceArn", with_gaps("arn:aws:execute-api:eu-west-1:", None, ":", None, "/*")),
        when("StringLike", "aws:userid", "AROAEXAMPLE:*"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32"),
        when("IpAddress", "aws:SourceIp", with_gaps(None, "/32")),
        when("Bool", "aws:PrincipalIsAWSService", "true"),
        when("Bool", "aws:SecureTransport", "true") + when("StringEquals", "aws:SourceVpce", "vpce-1"),
    ],
)
def test_conditions_that_keep_strangers_out(conditions: object) -> None:
    assert everyone(conditions=conditions) is Truth.FALSE


@pytest.mark.parametrize(
    "conditions",
    [
        when("StringLike", "aws:PrincipalOrgID", "*"),
        when("StringLike", "aws:SourceVpce", "vpce-1", "*"),
        when("StringNotEquals", "aws:SourceVpce", "vpce-1"),
        when("StringEqualsIfExists", "aws:SourceVpce", "vpce-1"),
        when("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-abcdefghij"),
        when("Null", "aws:PrincipalOrgID", "false"),
        when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy"),
        when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
        when("StringLike", "aws:userid", "*:bob"),
        when("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "::/0"),
        when("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1"),
        when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
        when("Bool", "aws:PrincipalIsAWSService", "false"),
        when("Bool", "aws:SecureTransport", "true"),
        when("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com"),
        when("StringEquals", "sts:ExternalId", "12345"),
        when("StringLike", "aws:Referer", "https://example.com/*"),
    ],
)
def test_conditions_that_let_strangers_in(conditions: object) -> None:
    assert everyone(conditions=conditions) is Truth.TRUE


@pytest.mark.parametrize(
    "conditions",
    [
        when("StringLike", "aws:SourceVpce", NOBODY_KNOWS),
        when("IpAddress", "aws:SourceIp", NOBODY_KNOWS),
        when("IpAddress", "aws:SourceIp", choice("0.0.0.0/0", "203.0.113.0/24")),
        [NOBODY_KNOWS],
        NOBODY_KNOWS,
    ],
)
def test_conditions_that_may_do_either(conditions: object) -> None:
    assert everyone(conditions=conditions) is Truth.UNKNOWN


def test_the_mirror_is_asked_with_false() -> None:
    assert ask("allows_everyone", False, effect="Allow", principals=STAR) is Truth.FALSE
    assert ask("allows_everyone", False, effect="Deny", principals=STAR) is Truth.TRUE


def test_of_an_unknown_statement_nothing_is_known() -> None:
    assert verbs()["allows_everyone"].ask(NOBODY_KNOWS, True) is Truth.UNKNOWN
    assert verbs()["allows_everyone"].ask(value("text"), True) is Truth.FALSE


def denial(**members: object) -> Truth:
    written = {
        "effect": "Deny",
        "principals": STAR,
        "actions": ["s3:*"],
        "resources": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
        "conditions": when("Bool", "aws:SecureTransport", "false"),
    }
    return ask("denies_plain_http", **{**written, **members})


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, Truth.TRUE),
        ({"actions": ["*"], "resources": ["*"]}, Truth.TRUE),
        ({"resources": [with_gaps(None, "/*")]}, Truth.TRUE),
        ({"resources": []}, Truth.TRUE),
        ({"resources": [], "not_resources": ["arn:aws:s3:::logs/public/*"]}, Truth.FALSE),
        ({"conditions": when("BoolIfExists", "AWS:SecureTransport", "False")}, Truth.TRUE),
        ({"effect": "Allow"}, Truth.FALSE),
        ({"principals": [{"type": "AWS", "id": "111122223333"}]}, Truth.FALSE),
        ({"actions": ["s3:GetObject"]}, Truth.FALSE),
        ({"resources": ["arn:aws:s3:::logs"]}, Truth.FALSE),
        ({"conditions": when("Bool", "aws:SecureTransport", "true")}, Truth.FALSE),
        ({"conditions": []}, Truth.FALSE),
        (
            {
                "conditions": when("Bool", "aws:SecureTransport", "false")
                + when("StringEquals", "aws:SourceVpce", "vpce-1")
            },
            Truth.FALSE,
        ),
        (
            {
                "conditions": when("Bool", "aws:SecureTransport", "false")
                + when("Bool", "aws:PrincipalIsAWSService", "false")
            },
            Truth.TRUE,
        ),
        ({"effect": NOBODY_KNOWS}, Truth.UNKNOWN),
        ({"conditions": when("Bool", "aws:SecureTransport", NOBODY_KNOWS)}, Truth.UNKNOWN),
    ],
)
def test_plain_http_is_denied(members: dict[str, object], expected: Truth) -> None:
    assert denial(**members) is expected


@pytest.mark.parametrize(
    ("members", "everything", "wildcard"),
    [
        ({"actions": ["*"], "resources": ["*"]}, Truth.TRUE, Truth.TRUE),
        ({"actions": ["*:*"], "resources": ["arn:aws:*:*:*:*"]}, Truth.TRUE, Truth.TRUE),
        ({"actions": ["s3:*"], "resources": ["*"]}, Truth.FALSE, Truth.TRUE),
        ({"actions": ["s3:*"], "resources": ["arn:aws:s3:::*"]}, Truth.FALSE, Truth.TRUE),
        ({"actions": ["logs:*"], "resources": [with_gaps("arn:", None, ":logs:*:*:*")]}, Truth.FALSE, Truth.TRUE),
        ({"actions": ["s3:*"], "resources": ["arn:aws:s3:::logs/*"]}, Truth.FALSE, Truth.FALSE),
        ({"actions": ["s3:*"], "resources": [with_gaps("arn:aws:s3:::", None)]}, Truth.FALSE, Truth.FALSE),
        ({"actions": ["s3:*"], "resources": [A_RESOURCE]}, Truth.FALSE, Truth.FALSE),
        ({"actions": ["s3:*"], "resources": NOBODY_KNOWS}, Truth.FALSE, Truth.UNKNOWN),
        ({"actions": NOBODY_KNOWS, "resources": ["*"]}, Truth.UNKNOWN, Truth.UNKNOWN),
        ({"actions": ["s3:Get*"], "resources": ["*"]}, Truth.FALSE, Truth.FALSE),
        ({"actions": ["ssmmessages:*"], "resources": ["*"]}, Truth.FALSE, Truth.FALSE),
        ({"not_actions": ["iam:*"], "resources": ["*"]}, Truth.TRUE, Truth.FALSE),
        ({"not_actions": ["*"], "resources": ["*"]}, Truth.FALSE, Truth.FALSE),
        ({"actions": ["*"], "not_resources": ["arn:aws:s3:::logs"]}, Truth.TRUE, Truth.TRUE),
        ({"actions": ["*"], "resources": ["*"], "effect": "Deny"}, Truth.FALSE, Truth.FALSE),
        (
            {"actions": ["*"], "resources": ["*"], "conditions": when("Bool", "aws:MultiFactorAuthPresent", "true")},
            Truth.TRUE,
            Truth.TRUE,
        ),
        (
            {"actions": ["*"], "resources": ["*"], "conditions": when("StringEquals", "aws:ResourceTag/team", "a")},
            Truth.FALSE,
            Truth.FALSE,
        ),
    ],
)
def test_what_is_allowed(members: dict[str, object], everything: Truth, wildcard: Truth) -> None:
    written = {"effect": "Allow", **members}
    assert ask("allows_everything", **written) is everything
    assert ask("allows_wildcard_actions_everywhere", **written) is wildcard


@pytest.mark.parametrize(
    ("arn", "managed", "administrator"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", Truth.TRUE, Truth.TRUE),
        (with_gaps("arn:", None, ":iam::aws:policy/PowerUserAccess"), Truth.TRUE, Truth.TRUE),
        ("arn:aws:iam::aws:policy/job-function/SystemAdministrator", Truth.TRUE, Truth.FALSE),
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", Truth.TRUE, Truth.FALSE),
        (with_gaps("arn:aws:iam::aws:policy/", None), Truth.TRUE, Truth.UNKNOWN),
        ("arn:aws:iam::111122223333:policy/AdministratorAccess", Truth.FALSE, Truth.FALSE),
        (A_ROLE, Truth.FALSE, Truth.FALSE),
        (NOBODY_KNOWS, Truth.UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_policies_that_aws_keeps(arn: object, managed: Truth, administrator: Truth) -> None:
    assert verbs()["managed_by_aws"].ask(value(arn), True) is managed
    assert verbs()["administrator_policy"].ask(value(arn), True) is administrator


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", Truth.TRUE),
        ("111122223333", Truth.FALSE),
        ("s3.amazonaws.com", Truth.FALSE),
        (A_ROLE, Truth.FALSE),
        (A_RESOURCE, Truth.FALSE),
        (A_PARAMETER, Truth.UNKNOWN),
    ],
)
def test_a_principal_of_its_own(principal: object, expected: Truth) -> None:
    assert verbs()["names_everyone"].ask(value(principal), True) is expected
    assert verbs()["names_everyone"].ask(value(principal), False) is expected.mirrored()


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("s3.amazonaws.com", Truth.TRUE),
        ("states.eu-west-1.amazonaws.com.cn", Truth.TRUE),
        (with_gaps("states.", None, ".amazonaws.com"), Truth.TRUE),
        (with_gaps("states.", None), Truth.UNKNOWN),
        ("*", Truth.FALSE),
        ("111122223333", Truth.FALSE),
        ("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/y", Truth.FALSE),
        (with_gaps("arn:aws:iam::", None, ":role/", None), Truth.FALSE),
        (A_ROLE, Truth.FALSE),
        (A_RESOURCE, Truth.FALSE),
        (A_PARAMETER, Truth.UNKNOWN),
        (Unknown(span=SPAN, reason="?", references=("data.aws_service_principal.s3",)), Truth.TRUE),
        (Unknown(span=SPAN, reason="?", references=("module.m.data.aws_service_principal.s3[0]",)), Truth.TRUE),
    ],
)
def test_a_principal_that_is_a_service(principal: object, expected: Truth) -> None:
    assert verbs()["names_service"].ask(value(principal), True) is expected
    assert verbs()["names_service"].ask(value(principal), False) is expected.mirrored()


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (choice(["*"], ["arn:aws:iam::111122223333:role/r"]), Truth.UNKNOWN),
        (choice("*", ["arn:aws:iam::111122223333:role/r"]), Truth.UNKNOWN),
        (choice(["*"], "*"), Truth.TRUE),
        (choice(["arn:aws:iam::111122223333:role/r"], "arn:aws:iam::111122223333:role/s"), Truth.FALSE),
    ],
)
def test_a_choice_of_principals_may_be_one_of_lists(chosen: Unknown, expected: Truth) -> None:
    assert everyone(principals=[{"type": "AWS", "id": chosen}]) is expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((None, "/AdministratorAccess"), Truth.TRUE),
        ((None, "/ReadOnlyAccess"), Truth.FALSE),
        (("arn:", None, ":iam::aws:policy/AdministratorAccess"), Truth.TRUE),
        (("arn:aws:iam::", None, ":policy/AdministratorAccess"), Truth.FALSE),
        ((), Truth.UNKNOWN),
    ],
)
def test_a_managed_policy_is_known_by_the_end_of_its_arn(pieces: tuple[str | None, ...], expected: Truth) -> None:
    read = Unknown(span=SPAN, reason="why", references=("data.aws_iam_policy.p",), pieces=pieces)
    assert verbs()["administrator_policy"].ask(read, True) is expected
