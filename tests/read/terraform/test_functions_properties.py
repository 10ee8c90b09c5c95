"""What holds for all arguments: round trips, networks inside networks, and that nothing is said of the unknown."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from ipaddress import ip_network
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from terraform_values import OPEN, Set, call, choice, pieces, plain, result_of, value
from test_functions_table import TABLE, TREE, shape

from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import functions
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


@given(DATA)
def test_json_comes_back(data: Any) -> None:
    assert shape(call("jsondecode", forgotten(result_of("jsonencode", data)))) == shape(data)


@given(DATA)
@settings(max_examples=60)
def test_yaml_comes_back(data: Any) -> None:
    assert shape(call("yamldecode", forgotten(result_of("yamlencode", data)))) == shape(data)


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
