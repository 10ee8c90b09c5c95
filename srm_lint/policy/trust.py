"""Statements of trust policies in; whether they trust more than the caller that is meant, out.

Only this module knows how other accounts and identity providers are trusted, and which claims of a token say whose it
is. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

from __future__ import annotations

import re

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import Absent, List, Object, Unknown, Value
from srm_lint.policy.documents import asked_of_statement, has_effect, principal_at
from srm_lint.policy.predicates import decided, truth
from srm_lint.policy.references import tells_own_account
from srm_lint.policy.wildcards import GAP, NAME, asked_of_text, every, is_star, known_text, some

_ACCOUNT = re.compile(r"^(?:arn:aws[a-z-]*:iam::)?\d{12}(?::root)?$")
_ROOT_OF = re.compile(rf"^(?:arn:[^:]*:iam::{GAP}:root|{GAP})$")

SHARED = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com")
"""Issuers whose tokens anybody can have, and with the audience that everybody's have: only the subject tells.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""
_APPS = {
    "cognito-identity.amazonaws.com": ("aud",),
    "www.amazon.com": ("app_id", "user_id"),
    "graph.facebook.com": ("app_id", "id"),
    "accounts.google.com": ("aud", "oaud", "email"),
}
"""Providers of the web at large: their claims that say which application, or whose, a token is."""
_PREFIXES = ("repo:", "project_path:", "organization:", "pipeline:", "system:serviceaccount:")
"""How subjects begin that name an organization, project or namespace next."""


def _trusts_whole_account(statement: Object) -> Truth:
    """Whether a statement lets every identity of another account in, with no condition at all."""
    unconditional = _has_none(statement.get("conditions"))
    return min(has_effect(statement, "Allow"), unconditional, some(statement.get("principals"), _is_other_account))


def _has_none(conditions: Value) -> Truth:
    return decided(conditions, lambda one: Truth.UNKNOWN if isinstance(one, Unknown) else truth(not _items(one)))


def _items(value: Value) -> tuple[Value, ...]:
    return value.items if isinstance(value, List) else () if isinstance(value, Absent) else (value,)


def _is_other_account(principal: Value) -> Truth:
    def one(value: Value) -> Truth:
        if not isinstance(value, Object):
            return Truth.UNKNOWN if isinstance(value, Unknown) else Truth.FALSE
        of_aws = asked_of_text(value.get("type"), lambda text: truth(text == "AWS"))
        return min(of_aws, some(value.get("id"), _is_account))

    return decided(principal, one)


def _is_account(value: Value) -> Truth:
    if isinstance(value, Unknown) and tells_own_account(value.references):
        return Truth.FALSE
    text = known_text(value)
    if text is None or text == NAME:
        return Truth.FALSE
    return Truth.UNKNOWN if _ROOT_OF.match(text) else truth(bool(_ACCOUNT.match(text)))


def _trusts_any_token(statement: Object) -> Truth:
    """Whether a statement lets in whoever has a token of an identity provider, whomever the token was made for."""
    federated = some(statement.get("principals"), _is_federated)
    web = some(statement.get("actions"), lambda value: asked_of_text(value, _is_by_token))
    answer = min(has_effect(statement, "Allow"), web, federated)
    return answer if answer is Truth.FALSE else min(answer, _is_bound(statement).mirrored())


def _is_federated(principal: Value) -> Truth:
    def one(value: Value) -> Truth:
        if not isinstance(value, Object):
            return Truth.UNKNOWN if isinstance(value, Unknown) else Truth.FALSE
        # Who comes with an assertion of SAML has no token.
        by_saml = some(value.get("id"), lambda id_: asked_of_text(id_, lambda text: truth(":saml-provider/" in text)))
        return min(asked_of_text(value.get("type"), lambda text: truth(text == "Federated")), by_saml.mirrored())

    return decided(principal, one)


def _is_by_token(text: str) -> Truth:
    if GAP in text:
        return Truth.UNKNOWN
    return truth(text.lower() in ("sts:assumerolewithwebidentity", "sts:assumerole*", "sts:*", "*"))


def _is_bound(statement: Object) -> Truth:
    """Whether some condition says whose token, or which application's, it must be."""
    issuers = [
        known_text(one.get("id")) or "" for one in _items(statement.get("principals")) if isinstance(one, Object)
    ]
    return some(statement.get("conditions"), lambda condition: _binds(condition, issuers))


def _binds(condition: Value, issuers: list[str]) -> Truth:
    if not isinstance(condition, Object):
        return Truth.UNKNOWN
    operator = known_text(condition.get("operator")) or GAP
    key = known_text(condition.get("key")) or GAP
    if operator.lower().removeprefix("foranyvalue:") not in ("stringequals", "stringequalsignorecase", "stringlike"):
        return Truth.FALSE
    issuer, _, claim = key.rpartition(":")
    if not claim.replace(GAP, "").replace(NAME, ""):
        return Truth.UNKNOWN
    named = some(condition.get("values"), lambda value: asked_of_text(value, lambda text: truth(text != "")))
    fixed = every(condition.get("values"), lambda value: asked_of_text(value, _names_somebody))
    return min(named, fixed, _tells_whose(issuer, claim.lower(), issuers))


def _tells_whose(issuer: str, claim: str, issuers: list[str]) -> Truth:
    known = f"{issuer} {' '.join(issuers)}"
    for provider, claims in _APPS.items():
        if provider in known:
            return truth(claim in claims or claim == "sub")
    if claim in ("sub", "job_workflow_ref", "repository", "repository_owner", "repository_id", "repository_owner_id"):
        return Truth.TRUE
    if claim != "aud":
        return Truth.UNKNOWN
    if any(shared in known for shared in SHARED) or "oidc.eks." in known:
        return Truth.FALSE
    # Who is issuer of what is not known may well issue for one audience only.
    return Truth.UNKNOWN if GAP in known or NAME in known else Truth.TRUE


def _names_somebody(text: str) -> Truth:
    """Whether a pattern for a claim fixes who it is about: not `*`, and not `repo:*`."""
    star = is_star(text)
    if star is not Truth.FALSE:
        return star.mirrored()
    rest = next((text[len(prefix) :] for prefix in _PREFIXES if text.startswith(prefix)), text)
    return truth(not rest.startswith(("*", "?")))


VERBS: tuple[Verb, ...] = (
    Verb(
        "trusts_whole_account",
        asked_of_statement(_trusts_whole_account),
        "the statement trusts every identity of another account, without a condition",
        takes=bool,
        denies="the statement does not trust every identity of another account",
        at=lambda statement, _: principal_at(statement, _is_other_account),
    ),
    Verb(
        "trusts_any_token",
        asked_of_statement(_trusts_any_token),
        "the statement trusts the tokens of an identity provider, whomever they were made for",
        takes=bool,
        denies="the statement does not trust tokens whomever they were made for",
        at=lambda statement, _: principal_at(statement, _is_federated),
    ),
)
"""Questions about a statement of a trust policy."""
