"""Address ranges and inbound rules in, answers about who and what they let in out (the verbs of networks).

Only this module knows protocols, port ranges and how wide a network must be to be everybody's. An inbound rule is an
`Object` with `protocol`, `from_port` and `to_port`; the members are asked one by one, so that what is unknown of a rule
leaves an answer open only if nothing else in it decides.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

from srm_lint.model.condition import Truth, Verb
from srm_lint.model.value import Absent, Object, Scalar, Unknown, Value
from srm_lint.policy.predicates import decided, truth

_EVERYONE_BITS = {4: 8, 6: 32}
"""A range with a shorter prefix holds more than any one network: it is everyone's, like 0.0.0.0/0 and ::/0 themselves.

Two halves of the internet (0.0.0.0/1, 128.0.0.0/1) are then no way around. AWS draws the line there too, for buckets:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

_OWN_NETWORKS = frozenset(
    (
        *("aws_vpc", "aws_vpcs", "aws_default_vpc", "aws_vpc_ipv4_cidr_block_association"),
        *("aws_subnet", "aws_subnets", "aws_default_subnet", "aws_network_interface"),
        *("aws_eip", "aws_instance", "aws_nat_gateway"),
    )
)
"""Terraform types whose addresses are a network of the author's or a part of one, even before they are known.

A VPC has between 16 and 65,536 addresses: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

_EVERY_PROTOCOL = frozenset(("-1", "all"))
_NUMBERS = {"6": "tcp", "17": "udp"}
_LAST_PORT = 65535
_WRITTEN_PORT = re.compile(r"\d{1,5}(?:/(?:tcp|udp))?")


def _public_cidr(value: Value) -> Truth:
    if isinstance(value, Unknown):
        return _public_unknown(value)
    return truth(isinstance(value, Scalar) and isinstance(value.data, str) and _is_everyone(value.data))


def _is_everyone(text: str) -> bool:
    address, slash, bits = text.strip().partition("/")
    if not slash or not bits.isdecimal():
        return False
    if ":" not in address:
        return int(bits) < _EVERYONE_BITS[4]
    # fc00::/7 and fe80::/10 are private or local, however wide: https://www.rfc-editor.org/rfc/rfc4193
    own = int(bits) >= 7 and address.lower().startswith(("fc", "fd", "fe8", "fe9", "fea", "feb"))
    return int(bits) < _EVERYONE_BITS[6] and not own


def _public_unknown(value: Unknown) -> Truth:
    """An address that is not known yet may still be known to be narrow: "${var.office}/32", a subnet's own range."""
    if value.pieces and value.pieces[-1]:
        _, slash, bits = value.pieces[-1].rpartition("/")
        if slash and bits.isdecimal() and int(bits) >= _EVERYONE_BITS[6]:
            return Truth.FALSE
    if value.references and all(_type_of(reference) in _OWN_NETWORKS for reference in value.references):
        return Truth.FALSE
    return Truth.UNKNOWN


def _type_of(reference: str) -> str:
    """The Terraform type in an address: `aws_vpc` of `module.net["a"].data.aws_vpc.main[0]`."""
    steps = reference.rpartition('["')[0] if reference.endswith('"]') else reference
    local = steps.rpartition("module.")[2].split(".")
    return local[-2] if len(local) > 1 else ""


def _rule(ask: Callable[[Object, object], Truth]) -> Callable[[Value, object], Truth]:
    def one(value: Value, wanted: object) -> Truth:
        if isinstance(value, Unknown):
            return Truth.UNKNOWN
        return ask(value, wanted) if isinstance(value, Object) else Truth.FALSE

    return one


def _covers_port(rule: Object, wanted: object) -> Truth:
    """Whether the rule lets in one of the `wanted` ports: numbers are TCP's, "11211/udp" is another protocol's."""
    ports = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str) else (wanted,)
    return max((_covers(rule, *_port(port)) for port in ports), default=Truth.FALSE)


def _port(written: object) -> tuple[int, str]:
    number, _, protocol = str(written).partition("/")
    return int(number), protocol or "tcp"


def _covers(rule: Object, port: int, protocol: str) -> Truth:
    in_range = min(_is_at_most(rule.get("from_port"), port), _is_at_least(rule.get("to_port"), port))

    def over(value: Value) -> Truth:
        spoken = _protocol(value)
        if spoken is None:
            # All protocols have all ports; any other decides by its range, or has no ports at all.
            return Truth.UNKNOWN
        if spoken in _EVERY_PROTOCOL:
            return Truth.TRUE
        return in_range if spoken == protocol else Truth.FALSE

    return decided(rule.get("protocol"), over)


def _covers_all_ports(rule: Object, wanted: object) -> Truth:
    everything = min(_is_at_most(rule.get("from_port"), 1), _is_at_least(rule.get("to_port"), _LAST_PORT))

    def over(value: Value) -> Truth:
        spoken = _protocol(value)
        if spoken is None:
            return Truth.UNKNOWN
        if spoken in _EVERY_PROTOCOL:
            return Truth.TRUE
        return everything if spoken in _NUMBERS.values() else Truth.FALSE

    answer = decided(rule.get("protocol"), over)
    return answer if wanted is True else answer.mirrored()


def _protocol(value: Value) -> str | None:
    """The protocol's name in small letters, or its number if it is neither TCP nor UDP; None where it is not known."""
    if isinstance(value, Scalar):
        text = str(value.data).lower()
        return _NUMBERS.get(text, text)
    return None


def _is_at_most(value: Value, limit: int) -> Truth:
    return decided(value, lambda one: _compared(one, lambda number: number <= limit))


def _is_at_least(value: Value, limit: int) -> Truth:
    # -1 is "all of them": AWS writes it for ICMP, and takes it for every protocol.
    return decided(value, lambda one: _compared(one, lambda number: number >= limit or number == -1))


def _compared(value: Value, compare: Callable[[Decimal], bool]) -> Truth:
    if not isinstance(value, Scalar) or isinstance(value.data, bool):
        return Truth.UNKNOWN
    try:
        return truth(compare(Decimal(str(value.data))))
    except InvalidOperation:
        return Truth.UNKNOWN


def _is_public_cidr(value: Value, wanted: object) -> Truth:
    answer = Truth.FALSE if isinstance(value, Absent) else _public_cidr(value)
    return answer if wanted is True else answer.mirrored()


class _PortVerb(Verb, frozen=True):
    """A verb that takes ports: a number, "number/protocol", or a list of these."""

    def refuses(self, wanted: object) -> str:
        """Why `wanted` names no ports; empty if it does."""
        ports = wanted if isinstance(wanted, list) else [wanted]
        if ports and all(_WRITTEN_PORT.fullmatch(str(port)) and _port(port)[0] <= _LAST_PORT for port in ports):
            return ""
        return 'takes a port (22, "11211/udp") or a list of ports'


VERBS: tuple[Verb, ...] = (
    Verb("is_public_cidr", _is_public_cidr, "{name} is {value}", takes=bool),
    _PortVerb("covers_port", _rule(_covers_port), "protocol and ports of {name}"),
    Verb("covers_all_ports", _rule(_covers_all_ports), "protocol and ports of {name}", takes=bool),
)
"""Questions about address ranges (text) and inbound rules (objects)."""
