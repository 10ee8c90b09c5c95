"""The verbs of networks: who an address range is, and which ports an inbound rule opens."""

from __future__ import annotations

from decimal import Decimal

import pytest

from srm_lint.model.condition import Truth
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Plain, Scalar, Unknown, Value
from srm_lint.policy.network import VERBS

SPAN = Span("main.tf", 1, 1, 1, 2)
VERB = {verb.name: verb for verb in VERBS}
ASK = {verb.name: verb.ask for verb in VERBS}


def scalar(data: Plain) -> Scalar:
    return Scalar(span=SPAN, data=data)


def unknown(*candidates: Plain, references: tuple[str, ...] = (), pieces: tuple[str | None, ...] = ()) -> Unknown:
    return Unknown(
        span=SPAN,
        reason="var.x has no value",
        references=references,
        candidates=tuple(scalar(candidate) for candidate in candidates),
        pieces=pieces,
    )


def rule(protocol: Plain | Value, from_port: Plain | Value = None, to_port: Plain | Value = None) -> Object:
    members: dict[str, Value] = {}
    for name, data in (("protocol", protocol), ("from_port", from_port), ("to_port", to_port)):
        if data is None:
            members[name] = Absent(span=SPAN)
        else:
            members[name] = data if isinstance(data, Value) else scalar(data)
    return Object(span=SPAN, members=members)


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0/0",
        "::/0",
        "0::/0",
        "0:0:0:0:0:0:0:0/0",
        "10.1.2.3/0",
        " 0.0.0.0/0 ",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "2000::/3",
        "fc00::/6",
    ],
)
def test_a_range_that_nobody_owns_alone_is_public(text: str) -> None:
    assert ASK["is_public_cidr"](scalar(text), True) is Truth.TRUE
    assert ASK["is_public_cidr"](scalar(text), False) is Truth.FALSE


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8",
        "192.0.2.7/32",
        "172.16.0.0/12",
        "2001:db8::/32",
        "fd00::/8",
        "fe80::/10",
        "sg-0123",
        "pl-0123",
        "",
        "0.0.0.0",
        "x/y",
    ],
)
def test_a_network_is_not_public(text: str) -> None:
    assert ASK["is_public_cidr"](scalar(text), True) is Truth.FALSE
    assert ASK["is_public_cidr"](scalar(text), False) is Truth.TRUE


@pytest.mark.parametrize("value", [Absent(span=SPAN), List(span=SPAN, items=()), scalar(None), scalar(True)])
def test_what_is_no_range_is_not_public(value: Value) -> None:
    assert ASK["is_public_cidr"](value, True) is Truth.FALSE


def test_an_unknown_range_leaves_the_answer_open() -> None:
    assert ASK["is_public_cidr"](unknown(references=("var.cidr",)), True) is Truth.UNKNOWN
    assert ASK["is_public_cidr"](unknown(references=("var.cidr",)), False) is Truth.UNKNOWN
    assert ASK["is_public_cidr"](unknown(pieces=("10.0.", None)), True) is Truth.UNKNOWN
    assert ASK["is_public_cidr"](unknown(pieces=(None, "/0")), True) is Truth.UNKNOWN


def test_the_prefix_of_an_unknown_address_decides() -> None:
    assert ASK["is_public_cidr"](unknown(pieces=(None, "/32")), True) is Truth.FALSE
    # It may be an address of either version, and ::/8 is everyone's where 10.0.0.0/8 is a network.
    assert ASK["is_public_cidr"](unknown(pieces=(None, "/8")), True) is Truth.UNKNOWN


@pytest.mark.parametrize(
    "reference",
    [
        "aws_vpc.main",
        "data.aws_vpc.main",
        "aws_subnet.a[0]",
        'aws_subnet.a["x.y"]',
        'module.net["a"].aws_vpc.main',
        'module.net["a"].aws_subnet.a["k"]',
    ],
)
def test_the_range_of_a_network_is_narrow_before_it_is_known(reference: str) -> None:
    assert ASK["is_public_cidr"](unknown(references=(reference,)), True) is Truth.FALSE


@pytest.mark.parametrize("reference", ["var.aws_vpc", "data.aws_ssm_parameter.cidr", "Vpc", "local.cidr", "aws_vpc"])
def test_other_references_may_be_anyone(reference: str) -> None:
    assert ASK["is_public_cidr"](unknown(references=("aws_vpc.main", reference)), True) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("protocol", "from_port", "to_port"),
    [
        ("tcp", 22, 22),
        ("TCP", 22, 22),
        ("6", 0, 1024),
        (6, 22, 22),
        ("tcp", "20", "25"),
        ("tcp", Decimal(22), Decimal("22.0")),
        ("tcp", -1, -1),
        ("-1", 0, 0),
        (-1, None, None),
        ("all", 443, 443),
        ("-1", 443, 443),
    ],
)
def test_a_range_that_holds_the_port_covers_it(protocol: Plain, from_port: Plain, to_port: Plain) -> None:
    assert ASK["covers_port"](rule(protocol, from_port, to_port), 22) is Truth.TRUE


@pytest.mark.parametrize(
    ("protocol", "from_port", "to_port"),
    [
        ("tcp", 443, 443),
        ("tcp", 23, 65535),
        ("tcp", 0, 21),
        ("tcp", 0, 0),
        ("udp", 22, 22),
        ("17", 0, 65535),
        ("icmp", -1, -1),
        ("icmpv6", None, None),
        ("1", 0, 255),
        ("50", 0, 65535),
    ],
)
def test_any_other_rule_does_not(protocol: Plain, from_port: Plain, to_port: Plain) -> None:
    assert ASK["covers_port"](rule(protocol, from_port, to_port), 22) is Truth.FALSE


def test_one_of_several_ports_is_enough() -> None:
    assert ASK["covers_port"](rule("tcp", 5432, 5432), [3306, 5432]) is Truth.TRUE
    assert ASK["covers_port"](rule("tcp", 443, 443), [3306, 5432]) is Truth.FALSE
    assert ASK["covers_port"](rule("udp", 11211, 11211), [3306, "11211/udp"]) is Truth.TRUE
    assert ASK["covers_port"](rule("tcp", 11211, 11211), ["11211/udp"]) is Truth.FALSE


def test_what_is_unknown_of_a_rule_matters_only_if_nothing_else_decides() -> None:
    assert ASK["covers_port"](rule(unknown(), 22, 22), 22) is Truth.UNKNOWN
    assert ASK["covers_port"](rule("tcp", unknown(), 22), 22) is Truth.UNKNOWN
    assert ASK["covers_port"](rule("tcp", unknown(), 21), 22) is Truth.FALSE
    assert ASK["covers_port"](rule("tcp", 23, unknown()), 22) is Truth.FALSE
    assert ASK["covers_port"](rule("icmp", unknown(), unknown()), 22) is Truth.FALSE
    assert ASK["covers_port"](rule("-1", unknown(), unknown()), 22) is Truth.TRUE
    assert ASK["covers_port"](rule("tcp", None, None), 22) is Truth.UNKNOWN
    assert ASK["covers_port"](rule("tcp", "ssh", "ssh"), 22) is Truth.UNKNOWN


def test_candidates_that_agree_decide() -> None:
    assert ASK["covers_port"](rule(unknown("tcp", "-1"), 22, 22), 22) is Truth.TRUE
    assert ASK["covers_port"](rule(unknown("tcp", "udp"), 22, 22), 22) is Truth.UNKNOWN
    assert ASK["covers_port"](rule("tcp", unknown(0, 22), unknown(22, 80)), 22) is Truth.TRUE
    assert ASK["covers_port"](rule("tcp", unknown(80, 443), 1024), 22) is Truth.FALSE


@pytest.mark.parametrize(
    ("protocol", "from_port", "to_port", "answer"),
    [
        ("-1", 0, 0, Truth.TRUE),
        ("all", None, None, Truth.TRUE),
        ("tcp", 0, 65535, Truth.TRUE),
        ("udp", 1, 65535, Truth.TRUE),
        ("tcp", -1, -1, Truth.TRUE),
        ("tcp", 0, 0, Truth.FALSE),
        ("tcp", 1024, 65535, Truth.FALSE),
        ("tcp", 0, 65000, Truth.FALSE),
        ("icmp", -1, -1, Truth.FALSE),
        ("tcp", None, None, Truth.UNKNOWN),
        (unknown(), 443, 443, Truth.UNKNOWN),
        (unknown("-1", "all"), None, None, Truth.TRUE),
    ],
)
def test_all_ports(protocol: Plain | Value, from_port: Plain, to_port: Plain, answer: Truth) -> None:
    asked = rule(protocol, from_port, to_port)
    assert ASK["covers_all_ports"](asked, True) is answer
    assert ASK["covers_all_ports"](asked, False) is answer.mirrored()


@pytest.mark.parametrize("name", ["covers_port", "covers_all_ports"])
def test_a_rule_that_is_not_there_opens_nothing(name: str) -> None:
    wanted: object = 22 if name == "covers_port" else True
    assert ASK[name](Absent(span=SPAN), wanted) is Truth.FALSE
    assert ASK[name](unknown(), wanted) is Truth.UNKNOWN


@pytest.mark.parametrize("wanted", [22, "22", "11211/udp", [22, "443/tcp"], 0, 65535])
def test_ports_are_taken(wanted: object) -> None:
    assert VERB["covers_port"].refuses(wanted) == ""


@pytest.mark.parametrize("wanted", ["ssh", True, -1, 65536, [], [22, "rdp"], {"port": 22}, None, "22/icmp", 22.5])
def test_what_names_no_port_is_refused(wanted: object) -> None:
    assert "takes a port" in VERB["covers_port"].refuses(wanted)
