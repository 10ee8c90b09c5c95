"""What holds for all arguments: round trips, networks inside networks, and that nothing is said of the unknown."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv6Network, ip_network
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from terraform_values import OPEN, Set, call, choice, pieces, plain, result_of, value
from test_functions_table import TABLE, TREE, shape

from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.arithmetic import add, divide, multiply
from srm_lint.read.terraform.functions.graphemes import graphemes

TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff\ue000"), max_size=8
)
NUMBERS = st.integers(-(10**20), 10**20) | st.decimals(-1000, 1000, places=3).map(
    lambda number: int(number) if number == int(number) else number.normalize()
)
DATA = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def forgotten(text: Value) -> str:
    """The text without what it remembers."""
    assert isinstance(text, Scalar)
    assert isinstance(text.data, str)
    return text.data


def composed(data: Any) -> Any:
    """The data with every text in the form that Terraform's texts have."""
    if isinstance(data, dict):
        return {normalize("NFC", name): composed(each) for name, each in data.items()}
    if isinstance(data, list):
        return [composed(each) for each in data]
    return normalize("NFC", data) if isinstance(data, str) else data


@given(DATA)
def test_json_comes_back(data: Any) -> None:
    held = composed(data)
    assert shape(call("jsondecode", forgotten(result_of("jsonencode", held)))) == shape(held)


@given(DATA)
@settings(max_examples=60)
def test_yaml_comes_back(data: Any) -> None:
    held = composed(data)
    assert shape(call("yamldecode", forgotten(result_of("yamlencode", held)))) == shape(held)


@given(TEXTS)
def test_encodings_come_back(text: str) -> None:
    text = normalize("NFC", text)
    assert call("base64decode", call("base64encode", text)) == text
    assert call("urldecode", call("urlencode", text)) == text
    assert call("textdecodebase64", call("textencodebase64", text, "UTF-16LE"), "UTF-16LE") == text


@given(st.integers(0, 2**32 - 1), st.integers(0, 28), st.data())
def test_a_subnet_lies_inside_its_parent(address: int, length: int, data: st.DataObject) -> None:
    parent = ip_network((address, length), strict=False)
    newbits = data.draw(st.integers(1, min(8, 32 - length)))
    number = data.draw(st.integers(0, 2**newbits - 1))
    subnet = ip_network(call("cidrsubnet", str(parent), newbits, number))
    assert subnet.subnet_of(parent)  # type: ignore[arg-type]  # both are of version 4
    assert subnet.prefixlen == length + newbits
    assert call("cidrcontains", str(parent), str(subnet)) is True


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_subnets_never_overlap(newbits: list[int]) -> None:
    sizes = sum(Decimal(1) / 2**bits for bits in newbits)
    if sizes > Decimal("0.5"):
        newbits = [bits + 6 for bits in newbits]
    subnets = [ip_network(each) for each in call("cidrsubnets", "10.0.0.0/8", *newbits)]
    assert not any(one.overlaps(other) for one in subnets for other in subnets if one is not other)


@given(st.integers(0, 2**128 - 1), st.integers(0, 120), st.data())
def test_an_ipv6_subnet_lies_inside_its_parent(address: int, length: int, data: st.DataObject) -> None:
    parent = IPv6Network((address, length), strict=False)
    assume(int(parent.network_address) >> 32 != 0xFFFF)  # IPv4 in disguise, which is not computed
    newbits = data.draw(st.integers(1, 128 - length))
    number = data.draw(st.integers(0, 2**newbits - 1))
    subnet = IPv6Network(call("cidrsubnet", str(parent), newbits, number))
    assert subnet.subnet_of(parent)
    assert subnet.prefixlen == length + newbits
    host = data.draw(st.integers(-parent.num_addresses, parent.num_addresses - 1))
    assert call("cidrhost", str(parent), host) == str(parent[host])


@given(TEXTS)
def test_hashes_are_those_of_hashlib(text: str) -> None:
    data = normalize("NFC", text).encode()
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, data)
        assert call(name, normalize("NFC", text)) == digest.hexdigest()
        if name in ("sha256", "sha512"):
            assert call(f"base64{name}", normalize("NFC", text)) == b64encode(digest.digest()).decode()


@given(NUMBERS)
def test_numbers_come_back_from_texts(number: int | Decimal) -> None:
    assert call("tonumber", call("tostring", number)) == number


@given(st.integers(-(10**30), 10**30), st.integers(0, 40), st.sampled_from(["", "-", "+", " ", "0", "+0"]))
def test_formats_of_integers_are_those_of_python(number: int, width: int, flags: str) -> None:
    wanted = f"%{flags}{width or ''}d"
    assert call("format", wanted, number) == wanted % number
    assert call("format", "%x %o %b", number, number, number) == f"{number:x} {number:o} {number:b}"


@given(st.floats(-(10**9), 10**9).map(lambda number: Decimal(repr(number))), st.integers(0, 12))
def test_formats_of_fractions_are_those_of_python(number: Decimal, places: int) -> None:
    assert call("format", f"%.{places}f", number) == f"{number or Decimal(0):.{places}f}"


@given(st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=30)))))
def test_dates_are_those_of_datetime(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    written = call("formatdate", "YYYY-MM-DD'T'hh:mm:ssZZZZZ", moment.isoformat())
    assert datetime.fromisoformat(written) == moment
    assert call("formatdate", "EEEE MMM D HH:mm AA", moment.isoformat()) == (
        f"{moment:%A %b} {moment.day} {moment:%I:%M %p}"
    )


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-(10**8), 10**8))
def test_adding_time_is_what_datetime_does(moment: datetime, seconds: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    later = call("timeadd", f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{seconds}s")
    assert datetime.fromisoformat(later) == moment + timedelta(seconds=seconds)
    assert call("timecmp", later, moment.isoformat()) == (seconds > 0) - (seconds < 0)


@given(st.lists(TEXTS, max_size=6))
def test_lists_keep_the_laws_of_order(texts: list[str]) -> None:
    texts = [normalize("NFC", text) for text in texts]
    assert call("sort", texts) == sorted(texts)
    assert call("distinct", texts) == list(dict.fromkeys(texts))
    assert call("reverse", call("reverse", texts)) == texts
    assert call("split", "\n", call("join", "\n", texts or [""])) == (texts or [""])
    assert call("flatten", [texts, [texts]]) == texts * 2


WIDE = st.integers(-(2**70), 2**70) | st.decimals(-(10**6), 10**6, places=6)


@given(WIDE, WIDE)
def test_arithmetic_is_exact_as_far_as_512_bits_go(left: int | Decimal, right: int | Decimal) -> None:
    assert near(add(left, right), Fraction(left) + Fraction(right))
    assert near(multiply(left, right), Fraction(left) * Fraction(right))
    if right:
        assert near(divide(left, right), Fraction(left) / Fraction(right))


def near(found: int | Decimal, exact: Fraction) -> bool:
    """Whether a number is what a mantissa of 512 bits can hold of another."""
    return abs(Fraction(found) - exact) <= abs(exact) / 10**150


@given(st.text(max_size=12))
def test_graphemes_lose_nothing(text: str) -> None:
    assert "".join(graphemes(text)) == text


@given(st.text(max_size=12))
def test_reversing_twice_keeps_the_length(text: str) -> None:
    assert sorted(normalize("NFD", call("strrev", text))) == sorted(normalize("NFD", text))


def leaves(part: Any) -> int:
    if isinstance(part, list):
        return sum(map(leaves, part))
    return sum(map(leaves, part.values())) if isinstance(part, dict) else 1


def hidden(part: Any, target: int) -> Any:
    """`part` with its leaf number `target` replaced by an open unknown."""
    position = -1

    def walk(inner: Any) -> Any:
        nonlocal position
        if isinstance(inner, list):
            return inner.__class__(map(walk, inner))
        if isinstance(inner, dict):
            return {name: walk(member) for name, member in inner.items()}
        position += 1
        return OPEN if position == target else inner

    return walk(part)


def can_be(claim: Value, truth: Any) -> bool:
    """Whether what is claimed of an answer leaves `truth` possible."""
    match claim:
        case Unknown():
            fits = _fits(claim.pieces, truth)
            return fits and (not claim.candidates or any(can_be(each, truth) for each in claim.candidates))
        case List(items=items, unordered=True) if any(isinstance(item, Unknown) for item in items):
            return isinstance(truth, Set) and len(truth) <= len(items)
        case List(items=items):
            return isinstance(truth, list) and len(items) == len(truth) and all(map(can_be, items, list(truth)))
        case Object(members=members):
            return (
                isinstance(truth, dict)
                and set(members) == set(truth)
                and all(can_be(members[name], truth[name]) for name in members)
            )
        case Scalar(data=data):
            return bool(shape(data) == shape(truth))
        case Absent() | Link():
            return False
    return False


def _fits(pieces: tuple[str | None, ...], truth: Any) -> bool:
    import re

    pattern = "".join(".*" if piece is None else re.escape(piece) for piece in pieces)
    return not pieces or (isinstance(truth, str) and re.fullmatch(pattern, truth, re.DOTALL) is not None)


HIDDEN = [
    (name, arguments, place, leaf)
    for name, arguments, _ in TABLE
    for place, argument in enumerate(arguments)
    for leaf in (None, *range(leaves(argument) if isinstance(argument, list | dict) else 0))
]
# The types of elements are unified, and what an unknown element would make of its neighbours is not known here.
UNIFYING = {"tolist", "tomap", "toset", "list", "setunion", "coalesce"}


@pytest.mark.parametrize(("name", "arguments", "place", "leaf"), HIDDEN)
def test_hiding_a_part_never_gives_another_answer(
    name: str, arguments: list[Any], place: int, leaf: int | None
) -> None:
    truth = call(name, *arguments, files=TREE)
    part = OPEN if leaf is None else hidden(arguments[place], leaf)
    changed = [*arguments[:place], part, *arguments[place + 1 :]]
    claim = result_of(name, *changed, files=TREE)
    if name in UNIFYING:
        claim, truth = value(as_texts(plain(claim))), as_texts(truth)
    assert can_be(claim, truth), f"{claim} excludes {truth}"


def as_texts(part: Any) -> Any:
    """`part` with all its scalars written as texts."""
    if isinstance(part, list):
        return part.__class__(map(as_texts, part))
    if isinstance(part, dict):
        return {name: as_texts(member) for name, member in part.items()}
    if isinstance(part, Unknown):
        return replace(part, candidates=tuple(value(as_texts(plain(each))) for each in part.candidates))
    return part if part is None else str(part)


ANYTHING = st.one_of(
    DATA,
    st.just(OPEN),
    st.lists(DATA | st.just(OPEN), max_size=3),
    st.lists(TEXTS, max_size=3),
    st.lists(st.integers(-3, 3), max_size=3),
    st.dictionaries(TEXTS, st.just(OPEN) | TEXTS, max_size=2),
    st.sampled_from(["%s", "%-5.2f|", "/(a)/", "10.0.0.0/8", "2024-01-01T00:00:00Z", "YYYY", "{", "a: b", "1h"]),
    st.lists(TEXTS, max_size=3).map(Set),
    st.lists(DATA, min_size=1, max_size=2).map(lambda candidates: choice(*candidates)),
    st.just(pieces("a ", None, "/")),
)


@pytest.mark.parametrize("name", functions.names())
@given(st.lists(ANYTHING, max_size=4))
@settings(max_examples=40)
def test_whatever_the_arguments_the_end_is_a_value_or_an_error(name: str, arguments: list[Any]) -> None:
    with suppress(functions.FunctionError):
        assert isinstance(result_of(name, *arguments), Value)
