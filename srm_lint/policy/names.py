"""Texts that name somebody, or a managed policy, in; who or which that is out (verbs of principals and ARNs)."""

from __future__ import annotations

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import Unknown, Value
from srm_lint.policy.predicates import truth
from srm_lint.policy.references import is_read
from srm_lint.policy.wildcards import GAP, NAME, asked_of_text, is_star

_ADMINISTRATORS = frozenset(("AdministratorAccess", "PowerUserAccess", "IAMFullAccess"))
"""AWS managed policies whose holder can do everything, or can make themselves able to.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
"""


def _names_everyone(value: Value, wanted: object) -> Truth:
    """Whether a principal that is a text of its own (a Lambda permission's) is everyone."""
    answer = asked_of_text(value, is_star)
    return answer if wanted is True else answer.mirrored()


def _names_service(value: Value, wanted: object) -> Truth:
    """Whether a principal that is a text of its own is an AWS service, which calls for all of its customers."""

    def ask(text: str) -> Truth:
        if text == GAP:
            return Truth.UNKNOWN
        if text.startswith("arn:") or text == NAME:
            return Truth.FALSE
        return Truth.UNKNOWN if text.endswith(GAP) else truth(".amazonaws.com" in text)

    if isinstance(value, Unknown) and any(".aws_service_principal." in f".{one}" for one in value.references):
        # What is looked up is not known here, but it is a service.
        return truth(wanted is True)
    answer = asked_of_text(value, ask)
    return answer if wanted is True else answer.mirrored()


def _is_managed_by_aws(value: Value, wanted: object) -> Truth:
    """Whether an ARN is that of a policy that AWS keeps (`arn:aws:iam::aws:policy/…`)."""

    def ask(text: str) -> Truth:
        if ":iam::aws:policy/" in text:
            return Truth.TRUE
        return Truth.UNKNOWN if text.startswith(GAP) else Truth.FALSE

    answer = asked_of_text(value, ask)
    return answer if wanted is True else answer.mirrored()


def _is_administrator_policy(value: Value, wanted: object) -> Truth:
    """Whether an ARN is that of an AWS managed policy that makes its holder an administrator."""

    def ask(text: str) -> Truth:
        _, managed, name = text.partition(":iam::aws:policy/")
        # What is looked up by its name may be one of AWS's, too: of its ARN only the name is known.
        looked_up = text.removeprefix(f"{GAP}/")
        if managed or looked_up != text:
            name = name or looked_up
            return Truth.UNKNOWN if GAP in name else truth(name.rpartition("/")[2] in _ADMINISTRATORS)
        return Truth.UNKNOWN if text == GAP else Truth.FALSE

    if isinstance(value, Unknown) and not any(value.pieces) and any(map(is_read, value.references)):
        # What is looked up may well be one of AWS's policies.
        return Truth.UNKNOWN
    answer = asked_of_text(value, ask)
    return answer if wanted is True else answer.mirrored()


VERBS: tuple[Verb, ...] = (
    Verb("names_service", _names_service, "{name} is {value}", takes=bool),
    Verb("names_everyone", _names_everyone, "{name} is {value}", takes=bool),
    Verb(
        "managed_by_aws",
        _is_managed_by_aws,
        "the policy is one that AWS keeps",
        takes=bool,
        denies="the policy is not one that AWS keeps",
    ),
    Verb(
        "administrator_policy",
        _is_administrator_policy,
        "the attached policy allows everything, or nearly so",
        takes=bool,
        denies="the attached policy does not allow everything",
    ),
)
"""Questions about principals that are texts of their own, and the ARNs of managed policies."""
