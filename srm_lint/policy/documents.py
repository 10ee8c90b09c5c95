"""Statements of policy documents in, answers about what they allow out (the verbs of IAM, resource and trust policies).

A statement is an `Object` as the `document` shape makes it. Each answer is three-valued: what is unknown inside a
statement leaves the answer open only if nothing else in it decides. How AWS evaluates statements:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from collections.abc import Callable

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.policy.denials import denied_to_strangers, keeps_strangers_from
from srm_lint.policy.predicates import decided, truth
from srm_lint.policy.restrictions import holds_on_plain_http, keeps_strangers_out, lessens_nothing
from srm_lint.policy.wildcards import (
    GAP,
    asked_of_text,
    first,
    is_every_action,
    is_every_resource,
    is_everyone,
    is_whole_service,
    is_whole_service_resource,
    some,
)

_WITHOUT_RESOURCES = frozenset(("ec2messages", "pricing", "route53domains", "ssmmessages", "tag"))
"""Services whose actions take no resource, so that `*` is all that can be written.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


def asked_of_statement(ask: Callable[[Object], Truth]) -> Callable[[Value, object], Truth]:
    """The verb that asks `ask` of a statement, and wants it to be so or not so."""

    def one(value: Value, wanted: object) -> Truth:
        if isinstance(value, Unknown):
            return Truth.UNKNOWN
        answer = ask(value) if isinstance(value, Object) else Truth.FALSE
        return answer if wanted is True else answer.mirrored()

    return one


def has_effect(statement: Object, wanted: str) -> Truth:
    """Whether a statement's effect is `wanted`: Allow, or Deny."""

    def one(value: Value) -> Truth:
        if isinstance(value, Unknown):
            return Truth.UNKNOWN
        return truth(isinstance(value, Scalar) and value.data == wanted)

    return decided(statement.get("effect"), one)


def _for_everyone(statement: Object) -> Truth:
    # NotPrincipal with Allow is everyone but a few: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    everyone_but = some(statement.get("not_principals"), lambda _: Truth.TRUE)
    return max(some(statement.get("principals"), is_everyone), everyone_but)


def _allows_everyone(statement: Object) -> Truth:
    allows = min(has_effect(statement, "Allow"), _for_everyone(statement))
    kept_out = keeps_strangers_out(statement.get("conditions"))
    if allows is Truth.FALSE or kept_out is Truth.TRUE:
        return Truth.FALSE
    return min(allows, kept_out.mirrored(), denied_to_strangers(statement).mirrored())


def principal_at(statement: Value, ask: Callable[[Value], Truth]) -> Value | None:
    """Who the first principal of a statement is of which `ask` holds; all but some, where nobody else is named."""
    if not isinstance(statement, Object):
        return None
    found = first(statement.get("principals"), ask)
    if isinstance(found, Object):
        return found.get("id")
    others = statement.get("not_principals")
    return None if isinstance(others, Absent) else others


def action_at(statement: Value, ask: Callable[[str], Truth]) -> Value | None:
    """The first action of a statement of whose text `ask` holds; all but some, where no others are named."""
    if not isinstance(statement, Object):
        return None
    found = first(statement.get("actions"), lambda action: asked_of_text(action, ask))
    others = statement.get("not_actions")
    return others if found is None and not isinstance(others, Absent) else found


def _denies_strangers(value: Value, wanted: object) -> Truth:
    """Whether a statement denies all `wanted` actions to everyone but callers that the author chose."""
    if not isinstance(value, Object):
        return Truth.UNKNOWN if isinstance(value, Unknown) else Truth.FALSE
    actions = wanted if isinstance(wanted, list) else []
    return min(has_effect(value, "Deny"), *(keeps_strangers_from(value, str(action)) for action in actions))


def _denies_plain_http(statement: Object) -> Truth:
    return min(
        has_effect(statement, "Deny"),
        some(statement.get("principals"), is_everyone),
        some(statement.get("actions"), lambda action: asked_of_text(action, is_whole_service)),
        _covers_objects(statement),
        holds_on_plain_http(statement.get("conditions")),
    )


def _covers_objects(statement: Object) -> Truth:
    """Whether the resources are more than the bare ARNs of buckets, whose objects a statement would then not touch."""
    written = statement.get("resources")
    if isinstance(written, Absent) or (isinstance(written, List) and not written.items):
        # The policy of a file system may leave Resource out: it is then about that file system.
        return some(statement.get("not_resources"), lambda _: Truth.TRUE).mirrored()
    return some(statement.get("resources"), lambda value: asked_of_text(value, _is_more_than_a_bucket))


def _is_more_than_a_bucket(text: str) -> Truth:
    fields = text.split(":", 5)
    if len(fields) == 6 and fields[2] == "s3" and GAP not in fields[5]:
        return truth("*" in fields[5])
    return Truth.TRUE


def _on_everything(statement: Object, ask: Callable[[str], Truth]) -> Truth:
    everything_but = some(statement.get("not_resources"), lambda _: Truth.TRUE)
    return max(some(statement.get("resources"), lambda value: asked_of_text(value, ask)), everything_but)


def _allows_everything(statement: Object) -> Truth:
    # NotAction with Allow is all that AWS has or will have, but for what is listed:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
    everything_but = some(statement.get("not_actions"), lambda _: Truth.TRUE)
    but_everything = some(statement.get("not_actions"), lambda action: asked_of_text(action, is_every_action))
    actions = some(statement.get("actions"), lambda action: asked_of_text(action, is_every_action))
    return min(
        has_effect(statement, "Allow"),
        max(actions, min(everything_but, but_everything.mirrored())),
        _on_everything(statement, is_every_resource),
        lessens_nothing(statement.get("conditions")),
    )


def _allows_wildcard_actions_everywhere(statement: Object) -> Truth:
    return min(
        has_effect(statement, "Allow"),
        some(statement.get("actions"), lambda action: asked_of_text(action, _is_needless_wildcard)),
        _on_everything(statement, is_whole_service_resource),
        lessens_nothing(statement.get("conditions")),
    )


def _is_needless_wildcard(text: str) -> Truth:
    if text.partition(":")[0].lower() in _WITHOUT_RESOURCES:
        return Truth.FALSE
    return is_whole_service(text)


VERBS: tuple[Verb, ...] = (
    Verb(
        "allows_everyone",
        asked_of_statement(_allows_everyone),
        "the statement allows everyone",
        takes=bool,
        denies="the statement does not allow everyone",
        at=lambda statement, _: principal_at(statement, is_everyone),
    ),
    Verb(
        "denies_plain_http",
        asked_of_statement(_denies_plain_http),
        "the statement denies every request without TLS",
        takes=bool,
        denies="the statement does not deny every request without TLS",
    ),
    Verb(
        "denies_strangers",
        _denies_strangers,
        "the statement denies {wanted} to all but chosen callers",
        takes=list,
        denies="the statement does not deny {wanted} to all but chosen callers",
    ),
    Verb(
        "allows_everything",
        asked_of_statement(_allows_everything),
        "the statement allows everything, or all but a few actions",
        takes=bool,
        denies="the statement does not allow everything",
        at=lambda statement, _: action_at(statement, is_every_action),
    ),
    Verb(
        "allows_wildcard_actions_everywhere",
        asked_of_statement(_allows_wildcard_actions_everywhere),
        "the statement allows {value} on all resources",
        takes=bool,
        denies="the statement does not allow all actions of a service on all resources",
        at=lambda statement, _: action_at(statement, _is_needless_wildcard),
    ),
)
"""Questions about statements."""
