"""Texts of policy documents in, three-valued answers about their wildcards out, gaps in half-known texts included.

Only this module knows how an ARN, an action or a principal says "all", and what a gap may turn out to be.
"""

from __future__ import annotations

from collections.abc import Callable

from srm_lint.model.condition import Truth
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.policy.predicates import decided, truth
from srm_lint.policy.references import names_something

GAP = "\0"
"""Stands for the part of a text that is not known; no scanned text holds it, since sources with a NUL are not read."""

NAME = "\1"
"""Stands for a text that is not known, but comes from something that exists: it is not empty and holds no wildcard."""

_ARN_FIELDS = 6


def known_text(value: Value) -> str | None:
    """The text of a scalar, or of an unknown with `GAP` or `NAME` for what is unknown of it; None for anything else."""
    if isinstance(value, Scalar):
        return None if value.data is None else str(value.data)
    if not isinstance(value, Unknown):
        return None
    if any(value.pieces):
        return "".join(GAP if piece is None else piece for piece in value.pieces)
    return NAME if value.references and all(map(names_something, value.references)) else GAP


def asked_of_text(value: Value, ask: Callable[[str], Truth]) -> Truth:
    """The answer of `ask` about the text of `value`, candidate by candidate; what is no text is not it."""

    def one(candidate: Value) -> Truth:
        text = known_text(candidate)
        return Truth.FALSE if text is None else ask(text)

    return decided(value, one)


def _items(value: Value) -> tuple[Value, ...]:
    """The items of a list, of one scalar, or of nothing. An unknown is one item: none of its items is known better."""
    if isinstance(value, List):
        return value.items
    return () if isinstance(value, Absent) else (value,)


def some(value: Value, ask: Callable[[Value], Truth]) -> Truth:
    """Whether `ask` holds of some item of the list `value`."""
    return decided(value, lambda one: max((decided(item, ask) for item in _items(one)), default=Truth.FALSE))


def first(value: Value, ask: Callable[[Value], Truth]) -> Value | None:
    """The first item of the list `value` of which `ask` holds for certain."""
    return next((one.inside(value) for one in _items(value) if decided(one, ask) is Truth.TRUE), None)


def every(value: Value, ask: Callable[[Value], Truth]) -> Truth:
    """Whether `ask` holds of every item of the list `value`, which must have some."""
    return decided(value, lambda one: min((decided(item, ask) for item in _items(one)), default=Truth.FALSE))


def is_star(text: str) -> Truth:
    """Whether `text` is nothing but asterisks."""
    known = text.replace(GAP, "")
    if known.strip("*"):
        return Truth.FALSE
    return truth(bool(known)) if GAP not in text else Truth.UNKNOWN


def is_everyone(principal: Value) -> Truth:
    """Whether `{type, id}` is everyone: `"*"`, or `{"AWS": "*"}`. In a principal, ARNs have no wildcards."""

    def one(value: Value) -> Truth:
        if not isinstance(value, Object):
            return Truth.UNKNOWN if isinstance(value, Unknown) else Truth.FALSE
        of_accounts = asked_of_text(value.get("type"), _is_account_type)
        # What a condition chooses between may be several: a list, or one.
        return min(of_accounts, some(value.get("id"), lambda one: asked_of_text(one, is_star)))

    return decided(principal, one)


def _is_account_type(text: str) -> Truth:
    return Truth.UNKNOWN if GAP in text else truth(text in ("*", "AWS"))


def is_every_action(text: str) -> Truth:
    """Whether an action is `*`, or `*:*`."""
    service, colon, name = text.partition(":")
    return min(is_star(service), is_star(name)) if colon else is_star(text)


def is_whole_service(text: str) -> Truth:
    """Whether an action is all of one service or of more: `s3:*`, `*`."""
    service, colon, name = text.partition(":")
    if colon and service:
        return is_star(name)
    return is_star(text)


def is_every_resource(text: str) -> Truth:
    """Whether a resource is `*`, or an ARN of asterisks."""
    fields = text.split(":", _ARN_FIELDS - 1)
    if len(fields) == _ARN_FIELDS and fields[0] == "arn":
        return min(is_star(field) for field in fields[2:])
    return is_star(text)


def is_whole_service_resource(text: str) -> Truth:
    """Whether a resource is everything that a service has: `*`, `arn:aws:s3:::*`, `arn:aws:logs:*:123456789012:*`."""
    fields = text.split(":", _ARN_FIELDS - 1)
    if len(fields) == _ARN_FIELDS and fields[0] == "arn":
        # "arn:aws:s3:::${bucket}": a gap inside an ARN is a name; whoever means all writes the asterisk.
        return truth(bool(fields[5]) and not fields[5].strip("*"))
    if text == "*" or not text.startswith("arn:"):
        return is_star(text)
    return Truth.UNKNOWN if text.endswith(GAP) else Truth.FALSE


def names_one_account(pattern: str) -> Truth:
    """Whether an ARN pattern fixes whose it is: the account, or (`arn:aws:s3:::logs`) a resource of a unique name."""
    if is_star(pattern) is not Truth.FALSE:
        return is_star(pattern).mirrored()
    fields = pattern.split(":", _ARN_FIELDS - 1)
    if len(fields) < _ARN_FIELDS:
        # "${aws_lambda_function.f.arn}:*": the gap is a whole ARN. "arn:aws:*" is not one, and fixes nothing.
        return truth(fields[0] != "arn" and not pattern.startswith("*"))
    account, resource = fields[4], fields[5]
    # The name of a bucket is the only one of its kind, whoever writes "arn:aws:s3:*:*:logs".
    if account and fields[2] != "s3":
        return truth("*" not in account and "?" not in account)
    return truth(bool(resource) and not resource.startswith(("*", "?")))
