"""Terraform's type conversion: what fits which type, what is refused and how, and what survives a conversion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_values import ARGUMENT, OPEN, Set, choice, pieces, plain, value

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Origin, Scalar, Unknown
from srm_lint.read.terraform.conversion import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    Attribute,
    ConversionError,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    TupleOf,
    Type,
    Undetermined,
    convert,
    equal,
    key_of,
    make_set,
    parse_number,
    to_bool,
    to_number,
    to_text,
    type_of,
    unify,
)

HOP = Span("main.tf", 5, 1, 5, 9)
DEFAULT = Scalar(span=Span("variables.tf", 3, 1, 3, 4), data="tcp")
RULE = ObjectOf(
    {
        "port": Attribute(NUMBER),
        "protocol": Attribute(STRING, optional=True, default=DEFAULT),
        "note": Attribute(STRING, optional=True),
    }
)

FITTING: list[tuple[Any, Type, Any]] = [
    ("a", STRING, "a"),
    (5, STRING, "5"),
    (1.50, STRING, "1.5"),
    (True, STRING, "true"),
    ("5", NUMBER, 5),
    ("1e3", NUMBER, 1000),
    (".5", NUMBER, Decimal("0.5")),
    ("-0.10", NUMBER, Decimal("-0.1")),
    ("true", BOOL, True),
    ("0", BOOL, False),
    (None, STRING, None),
    (None, ListOf(STRING), None),
    ([1, "a"], ANY, [1, "a"]),
    ([1, "a"], ListOf(STRING), ["1", "a"]),
    ([1, "a"], ListOf(ANY), ["1", "a"]),
    ([None, True], ListOf(ANY), [None, True]),
    (["b", "a", "b"], SetOf(STRING), Set(["a", "b"])),
    ([10, 9, "9"], SetOf(NUMBER), Set([9, 10])),
    (Set(["a", "b"]), ListOf(STRING), ["a", "b"]),
    ({"a": 1}, MapOf(STRING), {"a": "1"}),
    ({"a": 1, "b": "x"}, MapOf(ANY), {"a": "1", "b": "x"}),
    ([1, "2"], TupleOf((STRING, NUMBER)), ["1", 2]),
    ({"port": "22"}, RULE, {"port": 22, "protocol": "tcp", "note": None}),
    ({"port": 22, "protocol": "udp", "more": 1}, RULE, {"port": 22, "protocol": "udp", "note": None}),
    ({"port": 22, "protocol": None, "note": None}, RULE, {"port": 22, "protocol": "tcp", "note": None}),
    ([{"port": 1}], ListOf(RULE), [{"port": 1, "protocol": "tcp", "note": None}]),
    ([{"a": 1}, {"a": "x"}], ListOf(ANY), [{"a": "1"}, {"a": "x"}]),
    ([{"a": 1}, {"b": "x"}], ListOf(ANY), [{"a": "1"}, {"b": "x"}]),
    ([[1], ["a", "b"]], ListOf(ANY), [["1"], ["a", "b"]]),
]


@pytest.mark.parametrize(("data", "wanted", "result"), FITTING)
def test_what_fits(data: Any, wanted: Type, result: Any) -> None:
    converted = convert(value(data), wanted)
    assert repr(plain(converted)) == repr(result)
    assert isinstance(plain(converted), Set) == isinstance(result, Set)


REFUSED: list[tuple[Any, Type, str]] = [
    ([], STRING, "string required"),
    ("x", NUMBER, "a number is required"),
    ("0x10", NUMBER, "a number is required"),
    (" 5", NUMBER, "a number is required"),
    ("1_000", NUMBER, "a number is required"),
    ("Infinity", NUMBER, "a number is required"),
    ("\u0665", NUMBER, "a number is required"),
    (True, NUMBER, "number required"),
    ("True", BOOL, 'a bool is required; to convert from string, use lowercase "true"'),
    (1, BOOL, "bool required"),
    ("a", ListOf(STRING), "list of string required"),
    ({"a": 1}, ListOf(ANY), "list of any single type required"),
    ([], MapOf(STRING), "map of string required"),
    ("a", SetOf(BOOL), "set of bool required"),
    (["x"], ListOf(NUMBER), "element 0: a number is required"),
    ({"a": []}, MapOf(STRING), 'element "a": string required'),
    ([1], TupleOf(()), "tuple of 0 elements required, but it has 1"),
    (Set(["a"]), TupleOf((STRING,)), "tuple required"),
    ({}, RULE, 'attribute "port" is required'),
    ({"port": "x"}, RULE, 'attribute "port": a number is required'),
    ([], RULE, "object required"),
    ([{"port": "x"}], ListOf(RULE), 'element 0: attribute "port": a number is required'),
    ([1, []], ListOf(ANY), "all elements must have the same type"),
    ([1, True], ListOf(ANY), "all elements must have the same type"),
    (["9" * 5000], ListOf(NUMBER), "element 0: a number is required"),
    ("1e99999999", NUMBER, "numbers of more than 3,000 digits are not computed"),
]


@pytest.mark.parametrize(("data", "wanted", "message"), REFUSED)
def test_what_is_refused(data: Any, wanted: Type, message: str) -> None:
    with pytest.raises(ConversionError) as caught:
        convert(value(data), wanted)
    assert caught.value.message.startswith(message)


def test_spans_and_traces_survive() -> None:
    item = value(5).passed(HOP)
    converted = convert(value([item]), ListOf(STRING))
    assert isinstance(converted, List)
    assert (converted.items[0].span, converted.items[0].trace, converted.items[0].origin) == (
        ARGUMENT,
        (HOP,),
        Origin.PASSED,
    )


def test_what_needs_no_conversion_is_the_same_value() -> None:
    text = value("a")
    assert convert(text, STRING) is text
    assert convert(text, ANY) is text


def test_defaults_stand_where_they_are_written() -> None:
    converted = convert(value({"port": 1}), RULE)
    assert isinstance(converted, Object)
    assert converted.members["protocol"].span == DEFAULT.span


def test_names_that_are_dropped_have_no_place() -> None:
    keys = {"port": HOP, "more": HOP}
    converted = convert(Object(span=ARGUMENT, members={"port": value(1), "more": value(2)}, keys=keys), RULE)
    assert isinstance(converted, Object)
    assert set(converted.keys) == {"port"}


def test_what_nobody_wrote_is_null() -> None:
    absent = Absent(span=ARGUMENT)
    assert convert(absent, STRING) is absent
    converted = convert(value({"port": 1, "protocol": absent}), RULE)
    assert plain(converted)["protocol"] == "tcp"


def test_unknown_values_pass() -> None:
    assert convert(OPEN, RULE) is OPEN
    assert plain(convert(value([OPEN, 1]), ListOf(STRING))) == [OPEN, "1"]
    assert plain(convert(value(["b", OPEN, "a"]), SetOf(STRING))) == Set(["a", "b", OPEN])


def test_candidates_are_converted_and_those_that_do_not_fit_are_dropped() -> None:
    converted = convert(choice("1", 2, "x"), NUMBER)
    assert isinstance(converted, Unknown)
    assert [plain(each) for each in converted.candidates] == [1, 2]
    with pytest.raises(ConversionError):
        convert(choice("x", "y"), NUMBER)


def test_a_set_with_an_unknown_element_has_no_order() -> None:
    converted = convert(value(Set(["a", OPEN])), ListOf(STRING))
    assert isinstance(converted, Unknown)
    assert (converted.reason, converted.references) == (OPEN.reason, OPEN.references)


def test_deep_values_are_refused() -> None:
    deep = value("x")
    for _ in range(100_000):
        deep = List(span=ARGUMENT, items=(deep,))
    with pytest.raises(ConversionError, match="nested too deeply"):
        convert(value([deep, [1]]), ListOf(ANY))


def test_values_that_hold_each_other_twice_are_refused() -> None:
    held = value(["x"])
    for _ in range(40):
        held = value([held, held])
    with pytest.raises(ConversionError, match="not unified"):
        convert(value([held, [1]]), ListOf(ANY))
    with pytest.raises(ConversionError, match="not compared"):
        key_of(held)


def test_scalars() -> None:
    assert to_text(Scalar(span=ARGUMENT, data=Decimal("1E+3"))) == "1000"
    assert to_text(Scalar(span=ARGUMENT, data=Decimal("1E-7"))) == "0.0000001"
    assert to_text(Scalar(span=ARGUMENT, data=10**40)) == "1" + "0" * 40
    assert to_number(Scalar(span=ARGUMENT, data="1.0")) == 1
    assert to_bool(Scalar(span=ARGUMENT, data="1")) is True
    for convert_one in (to_text, to_number, to_bool):
        with pytest.raises(ConversionError):
            convert_one(Scalar(span=ARGUMENT, data=None))
    with pytest.raises(ConversionError, match="digits"):
        to_text(Scalar(span=ARGUMENT, data=10**4000))


@given(st.integers(-(10**30), 10**30) | st.decimals(-(10**9), 10**9, places=6))
def test_numbers_come_back_from_text(number: int | Decimal) -> None:
    text = to_text(Scalar(span=ARGUMENT, data=number))
    assert "E" not in text
    assert parse_number(text) == number


UNIFIED: list[tuple[list[Any], list[Any]]] = [
    ([1, "a"], ["1", "a"]),
    ([True, "a", None], ["true", "a", None]),
    ([1, 2], [1, 2]),
    ([{"a": 1}, {}], [{"a": 1}, {}]),
    ([{"a": 1, "b": "x"}, {}], [{"a": "1", "b": "x"}, {}]),
    ([{"a": 1, "b": []}, {"a": 2, "b": [1]}], [{"a": 1, "b": []}, {"a": 2, "b": [1]}]),
    ([[1, "a"], [2, "b"]], [[1, "a"], [2, "b"]]),
    ([[1], [1, "a"]], [["1"], ["1", "a"]]),
    ([[], ["a"]], [[], ["a"]]),
    ([Set(["a"]), [1]], [["a"], ["1"]]),
    ([Set(["a"]), Set([1])], [Set(["a"]), Set(["1"])]),
    ([None, [1]], [None, [1]]),
]


@pytest.mark.parametrize(("values", "wanted"), UNIFIED)
def test_the_one_type_of_several_values(values: list[Any], wanted: list[Any]) -> None:
    assert repr([plain(each) for each in unify([value(each) for each in values])]) == repr(wanted)


def test_unknown_values_fit_any_type() -> None:
    assert unify([OPEN, value([1])]) == (OPEN, value([1]))


@pytest.mark.parametrize("values", [[1, True], ["a", ["a"]], [{"a": 1}, ["a"]], [{"a": 1, "b": []}, {}]])
def test_values_without_a_common_type(values: list[Any]) -> None:
    with pytest.raises(ConversionError, match="same type"):
        unify([value(each) for each in values])


def test_types_of_values() -> None:
    assert type_of(value([1, "a"])) == TupleOf((NUMBER, STRING))
    assert type_of(value({"a": True})) == ObjectOf({"a": Attribute(BOOL)})
    assert type_of(value(Set([1]))) == SetOf(NUMBER)
    assert type_of(value(None)) == type_of(OPEN) == ANY


EQUAL: list[tuple[Any, Any, bool | None]] = [
    ("a", "a", True),
    (1, "1", False),
    (1, True, False),
    (1, 1.0, True),
    (None, None, True),
    (None, "", False),
    ([1, "a"], [1, "a"], True),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
    (OPEN, "a", None),
    ([OPEN], ["a"], None),
    (pieces("arn:", None), "arn:x", None),
    (pieces("arn:", None), "x", False),
    (pieces(None, "/x"), 5, False),
]


@pytest.mark.parametrize(("left", "right", "wanted"), EQUAL)
def test_equality(left: Any, right: Any, wanted: bool | None) -> None:
    assert equal(value(left), value(right)) is wanted
    assert equal(value(right), value(left)) is wanted


def test_keys_of_unknown_values_are_undetermined() -> None:
    with pytest.raises(Undetermined) as caught:
        key_of(value([1, {"a": OPEN}]))
    assert caught.value.unknown is OPEN


def test_sets_are_sorted_and_distinct() -> None:
    made = make_set([value(item) for item in ("b", 10, 9, True, None, "a", "b", [1])], value([]))
    assert repr(plain(made)) == repr([True, 9, 10, "a", "b", [1], None])
