"""Conditions of policy statements in; whether they keep strangers out, or lessen what is allowed, out.

Only this module knows condition keys and operators. Its measure is AWS's own for public bucket policies: a statement
for everyone is not public if a condition fixes the caller, the account, the organization, the network or the address.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from srm_lint.model.condition import Truth
from srm_lint.model.value import Object, Scalar, Unknown, Value
from srm_lint.policy.predicates import decided, truth
from srm_lint.policy.wildcards import GAP, NAME, asked_of_text, every, is_star, known_text, names_one_account, some


def _keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ARNS = _keys(
    """
    aws:sourcearn aws:principalarn aws:sourcevpcarn ec2:sourceinstancearn elasticfilesystem:accesspointarn
    lambda:sourcefunctionarn s3:dataaccesspointarn
    """
)
"""Keys that hold an ARN: they restrict where the pattern fixes the account or the resource."""

_IDENTITIES = _keys(
    """
    aws:ec2instancesourcevpc aws:principalaccount aws:principalorgid aws:principalorgpaths aws:principalservicename
    aws:principalservicenameslist aws:sourceaccount aws:sourceorgid aws:sourceorgpaths aws:sourceowner aws:sourcevpc
    aws:sourcevpce aws:userid aws:vpceaccount aws:vpceorgid aws:vpceorgpaths kms:calleraccount
    lambda:eventsourcetoken s3:dataaccesspointaccount
    """
)
"""Keys that hold an id: they restrict where the pattern is more than asterisks.

`kms:ViaService` is none of them: any caller can come that way.
"""

_FLAGS = frozenset(("aws:principalisawsservice", "elasticfilesystem:accessedviamounttarget"))
"""Keys that restrict where they must be true."""

_ABOUT_THE_CALLER = _keys(
    """
    aws:calledvia aws:calledviafirst aws:calledvialast aws:currenttime aws:epochtime aws:federatedprovider
    aws:multifactorauthage aws:multifactorauthpresent aws:principalaccount aws:principalarn aws:principalisawsservice
    aws:principalorgid aws:principalorgpaths aws:principaltype aws:referer aws:requestedregion aws:securetransport
    aws:sourceidentity aws:sourceip aws:sourcevpc aws:sourcevpce aws:tokenissuetime aws:useragent aws:userid
    aws:username aws:viaawsservice aws:vpcsourceip
    """
)
"""Keys that ask who calls, whence and when: what the statement allows stays as much as it is."""

_PATTERNS = frozenset(("stringlike", "arnlike", "arnequals"))
_EXACT = frozenset(("stringequals", "stringequalsignorecase"))

_NEGATED = {
    "notipaddress": "ipaddress",
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotlike": "arnlike",
    "arnnotequals": "arnequals",
}
"""Operators that hold where the other does not, and of requests that lack the key."""
_CALLS_BY_AWS = frozenset(("aws:principalisawsservice", "aws:viaawsservice"))

_OPEN_NETWORK_BITS = {4: 8, 6: 32}
"""A range shorter than this is everyone's. AWS draws the line there too, on the page above."""


def keeps_strangers_out(conditions: Value) -> Truth:
    """Whether one of a statement's `conditions` restricts who can call to callers that the author chose."""
    return some(conditions, _restricts)


def shuts_strangers_out(conditions: Value) -> Truth:
    """Whether all `conditions` of a denial hold of every stranger: of all callers but those that the author chose."""
    return some(conditions, lambda condition: _holds_of_strangers(condition).mirrored()).mirrored()


def lessens_nothing(conditions: Value) -> Truth:
    """Whether all `conditions` only ask who calls, whence and when, so that the statement allows all that it names."""
    return some(conditions, _is_about_what).mirrored()


def holds_on_plain_http(conditions: Value) -> Truth:
    """Whether the `conditions` are met by every request that comes without TLS."""
    return min(some(conditions, _asks_for_plain_http), some(conditions, _narrows_a_denial).mirrored())


def _parts(condition: Value) -> tuple[str, str, Value] | None:
    """Operator, key (both in small letters) and values; None where the operator or key is not known."""
    if not isinstance(condition, Object):
        return None
    operator, key = known_text(condition.get("operator")), known_text(condition.get("key"))
    if operator is None or key is None or GAP in operator or GAP in key:
        return None
    return operator.lower(), key.lower(), condition.get("values")


def _restricts(condition: Value) -> Truth:
    parts = _parts(condition)
    if parts is None:
        return Truth.UNKNOWN
    operator, key, values = parts
    operator = operator.removeprefix("foranyvalue:")
    if operator == "bool" and key in _FLAGS:
        return every(values, lambda value: _flag_is(value, wanted=True))
    # Operators other than these hold of requests that lack the key, as a stranger's may (ForAllValues, IfExists, Null),
    # or ask for a difference.
    return _names_callers(operator, key, values)


def _names_callers(operator: str, key: str, values: Value) -> Truth:
    """Whether only callers that the author chose have the values of such a condition."""
    if operator == "ipaddress" and key == "aws:sourceip":
        return every(values, _is_narrow_network)
    if operator in _EXACT and key in _ARNS | _IDENTITIES:
        # An asterisk means itself here, and no id or ARN is one: whatever the value is, it is one caller.
        return Truth.TRUE
    if operator in _PATTERNS and key in _ARNS | _IDENTITIES:
        fixes = names_one_account if key in _ARNS else _is_one_identity
        return every(values, lambda value: asked_of_text(value, fixes))
    return Truth.FALSE


def _holds_of_strangers(condition: Value) -> Truth:
    """Negated operators also hold of requests that lack the key:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    parts = _parts(condition)
    if parts is None:
        return Truth.UNKNOWN
    operator, key, values = parts
    operator = operator.removesuffix("ifexists")
    if operator == "bool" and key in _CALLS_BY_AWS:
        return every(values, lambda value: _flag_is(value, wanted=False))
    if operator == "null" and key in _ARNS | _IDENTITIES:
        return every(values, lambda value: _flag_is(value, wanted=True))
    return _names_callers(_NEGATED[operator], key, values) if operator in _NEGATED else Truth.FALSE


def _is_one_identity(pattern: str) -> Truth:
    # "AROAEXAMPLEID:*" is one role's sessions, "*:bob" is anybody who calls their session bob.
    if is_star(pattern) is Truth.FALSE:
        return truth(not pattern.startswith(("*", "?")))
    return is_star(pattern).mirrored()


def _is_narrow_network(value: Value) -> Truth:
    def one(candidate: Value) -> Truth:
        text = known_text(candidate)
        if text is None:
            return Truth.FALSE
        if text == NAME:
            return Truth.TRUE
        if GAP in text:
            # "${aws_eip.nat.public_ip}/32": the prefix length decides.
            _, slash, bits = text.rpartition("/")
            return Truth.TRUE if slash and bits.isdecimal() and int(bits) >= _OPEN_NETWORK_BITS[4] else Truth.UNKNOWN
        from ipaddress import ip_network

        try:
            network = ip_network(text, strict=False)
        except ValueError:
            return Truth.FALSE
        return truth(network.prefixlen >= _OPEN_NETWORK_BITS[network.version])

    return decided(value, one)


def _flag_is(value: Value, *, wanted: bool) -> Truth:
    if isinstance(value, Unknown):
        return Truth.UNKNOWN
    return truth(isinstance(value, Scalar) and str(value.data).lower() == str(wanted).lower())


def _is_about_what(condition: Value) -> Truth:
    parts = _parts(condition)
    if parts is None:
        return Truth.UNKNOWN
    return truth(parts[1] not in _ABOUT_THE_CALLER and not parts[1].startswith("aws:principaltag/"))


def _asks_for_plain_http(condition: Value) -> Truth:
    parts = _parts(condition)
    if parts is None:
        return Truth.UNKNOWN
    operator, key, values = parts
    if key != "aws:securetransport":
        return Truth.FALSE
    if operator in ("bool", "boolifexists"):
        return some(values, lambda value: _flag_is(value, wanted=False))
    return Truth.FALSE


def _narrows_a_denial(condition: Value) -> Truth:
    """Whether a condition beside `aws:SecureTransport` leaves some plain requests undenied (AWS services use TLS)."""
    parts = _parts(condition)
    if parts is None:
        return Truth.UNKNOWN
    operator, key, values = parts
    if key in _CALLS_BY_AWS and operator in ("bool", "boolifexists"):
        return some(values, lambda value: _flag_is(value, wanted=False)).mirrored()
    return truth(key != "aws:securetransport")
