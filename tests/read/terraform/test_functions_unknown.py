"""Functions of what is not known: what stays certain, which values remain possible, and what is never said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_values import (
    ARGUMENT,
    CALL,
    OPEN,
    Folder,
    Set,
    call,
    candidates_of,
    choice,
    pieces,
    plain,
    result_of,
    unknown_of,
    value,
)

from srm_lint.model.source import Span
from srm_lint.model.value import MAX_CANDIDATES, List, Object, Scalar, Unknown
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.functions import FunctionError
from srm_lint.read.terraform.functions.pieces import joined

HOP = Span("main.tf", 5, 1, 5, 9)


def test_an_unknown_argument_makes_the_answer_unknown_for_the_same_reason() -> None:
    other = Unknown(span=ARGUMENT, reason="var.y has no value", references=("var.y",))
    result = unknown_of("substr", OPEN, 0, other)
    assert (result.reason, result.references, result.span) == ("var.x has no value", ("var.x", "var.y"), CALL)


def test_references_of_all_unknown_parts_are_kept() -> None:
    other = Unknown(span=ARGUMENT, reason="var.y has no value", references=("var.y",))
    assert unknown_of("flatten", [{"a": [OPEN]}, other]).references == ("var.y", "var.x")


@pytest.mark.parametrize("name", ["base64gzip", "timestamp", "plantimestamp", "uuid", "bcrypt", "ephemeralasnull"])
def test_what_each_run_makes_anew_is_unknown(name: str) -> None:
    arguments = [] if name in ("timestamp", "plantimestamp", "uuid") else ["a"]
    assert name in unknown_of(name, *arguments).reason or "ephemeral" in unknown_of(name, *arguments).reason


def test_functions_that_there_are_not_are_named() -> None:
    with pytest.raises(functions.FunctionError, match='there is no function named "frobnicate"') as caught:
        result_of("frobnicate", OPEN)
    assert caught.value.kind == "unsupported"


def test_functions_of_providers_are_named() -> None:
    assert unknown_of("provider::aws::arn_parse", OPEN).references == ("var.x",)
    assert "provider::aws::arn_parse" in unknown_of("provider::aws::arn_parse", "arn:…").reason


KNOWN_ANYWAY: list[tuple[str, list[Any], Any]] = [
    ("length", [[OPEN, OPEN]], 2),
    ("length", [{"a": OPEN}], 1),
    ("length", [Set([OPEN])], 1),
    ("keys", [{"a": OPEN}], ["a"]),
    ("contains", [["a", OPEN], "a"], True),
    ("contains", [["arn:x", pieces("b", None)], "a"], False),
    ("alltrue", [[OPEN, False]], False),
    ("anytrue", [[OPEN, True]], True),
    ("lookup", [{"a": 1, "b": OPEN}, "a"], 1),
    ("coalesce", ["a", OPEN], "a"),
    ("coalescelist", [["a"], OPEN], ["a"]),
    ("element", [["a", OPEN], 0], "a"),
    ("one", [["a"]], "a"),
    ("index", [["a", OPEN], "a"], 0),
    ("startswith", [pieces("arn:aws:", None), "arn:"], True),
    ("startswith", [pieces("arn:aws:", None), "arm"], False),
    ("endswith", [pieces(None, "/*"), "/*"], True),
    ("endswith", [pieces(None, "/x"), "/*"], False),
    ("strcontains", [pieces(None, "a/b", None), "/"], True),
]


@pytest.mark.parametrize(("name", "arguments", "wanted"), KNOWN_ANYWAY)
def test_answers_that_do_not_depend_on_the_unknown(name: str, arguments: list[Any], wanted: Any) -> None:
    assert call(name, *arguments) == wanted


NOT_KNOWN: list[tuple[str, list[Any]]] = [
    ("length", [OPEN]),
    ("contains", [["b", OPEN], "a"]),
    ("alltrue", [[OPEN, True]]),
    ("index", [[OPEN, "a"], "a"]),
    ("merge", [{"a": 1}, OPEN]),
    ("flatten", [["a", OPEN]]),
    ("startswith", [pieces("ar", None), "arn:"]),
    ("startswith", [pieces(None, "arn:"), "arn:"]),
    ("sort", [["b", OPEN]]),
    ("reverse", [Set(["a", OPEN])]),
    ("join", [",", Set(["a", OPEN])]),
    ("tolist", [Set(["a", OPEN])]),
    ("setintersection", [["a"], [OPEN]]),
    ("jsondecode", [OPEN]),
    ("issensitive", [OPEN]),
]


@pytest.mark.parametrize(("name", "arguments"), NOT_KNOWN)
def test_answers_that_depend_on_the_unknown(name: str, arguments: list[Any]) -> None:
    assert unknown_of(name, *arguments).candidates == ()


TEXTS: list[tuple[str, list[Any], tuple[str | None, ...]]] = [
    ("join", ["-", ["a", OPEN], ["b"]], ("a-", None, "-b")),
    ("join", ["", ["a", "b", pieces("c", None), OPEN]], ("abc", None)),
    ("format", ["arn:%s/%s", OPEN, "b"], ("arn:", None, "/b")),
    ("format", ["%s!", pieces("x", None)], ("x", None, "!")),
    ("format", ["%5s!", pieces("x", None)], (None, "!")),
    ("lower", [pieces("ABC", None)], ("abc", None)),
    ("upper", [OPEN], ()),
    ("replace", [pieces("a_b", None), "_", "-"], ("a-b", None)),
    ("replace", ["arn:_ID_/*", "_ID_", OPEN], ("arn:", None, "/*")),
    ("replace", [pieces("_ID_, ", None, "/_ID_"), "_ID_", "x"], ("x, ", None, "/x")),
    ("replace", [pieces("a-", None), "--", ""], ("a", None)),
    ("trimprefix", [pieces("arn:x", None), "arn:"], ("x", None)),
    ("trimprefix", [pieces("arn:x", None), "b"], ("arn:x", None)),
    ("trimprefix", [pieces("ar", None), "arn:"], ()),
    ("trimprefix", [pieces("ar", None), "ar"], (None,)),
    ("trimsuffix", [pieces(None, "a/"), "/"], (None, "a")),
    ("trimspace", [pieces(" a", None, "b ")], ("a", None, "b")),
    ("trimspace", [pieces("a ", None)], ()),
    ("trimspace", [pieces(" ", None)], ()),
    ("trimspace", [pieces(None, "a ")], (None, "a")),
    ("trimspace", [pieces("a", None)], ("a", None)),
    ("jsonencode", [{"a": OPEN, "b": pieces('"x', None)}], ('{"a":', None, ',"b":"\\"x', None, '"}')),
    ("yamlencode", [{"a": OPEN}], ('"a":', None, "\n")),
]


@pytest.mark.parametrize(("name", "arguments", "wanted"), TEXTS)
def test_what_is_certain_of_a_text_stays(name: str, arguments: list[Any], wanted: tuple[str | None, ...]) -> None:
    assert unknown_of(name, *arguments).pieces == wanted


SHORT = st.text("ab_", max_size=4)


@given(
    parts=st.lists(st.none() | SHORT, min_size=1, max_size=4),
    gaps=st.lists(SHORT, min_size=4, max_size=4),
    data=st.data(),
)
def test_what_is_certain_of_a_replacement_holds_whatever_the_gaps_are(
    parts: list[str | None], gaps: list[str], data: st.DataObject
) -> None:
    substring = data.draw(st.text("ab_", min_size=1, max_size=3))
    replacement = data.draw(st.sampled_from(["", "R", "ab", "_"]))
    text = "".join(gap if part is None else part for part, gap in zip(parts, gaps, strict=False))
    if None not in parts:
        return
    found = unknown_of("replace", pieces(*joined(parts)), substring, replacement).pieces
    pattern = "".join(".*" if piece is None else re.escape(piece) for piece in found) if found else ".*"
    assert re.fullmatch(pattern, text.replace(substring, replacement), re.DOTALL)


CHOICES: list[tuple[str, list[Any], list[Any]]] = [
    ("upper", [choice("a", "b")], ["A", "B"]),
    ("format", ["%s-%s", choice("a", "b"), choice("c", "d")], ["a-c", "a-d", "b-c", "b-d"]),
    ("merge", [choice({"a": 1}, {}), {"b": 2}], [{"a": 1, "b": 2}, {"b": 2}]),
    ("concat", [["x"], choice([], ["y"])], [["x"], ["x", "y"]]),
    ("coalesce", [choice(None, "a"), "z"], ["z", "a"]),
    ("tonumber", [choice("1", "x")], [1]),  # the other one is never deployed
    ("join", ["-", ["x", choice("a", "b")]], ["x-a", "x-b"]),
    ("flatten", [[["x"], choice([], ["y"])]], [["x"], ["x", "y"]]),
    ("lookup", [{"a": 1, "b": 2}, OPEN, 3], [1, 2, 3]),
    ("element", [["a", "b"], OPEN], ["a", "b"]),
    ("compact", [["a", OPEN]], [["a", OPEN], ["a"]]),
    ("distinct", [["a", OPEN]], [["a", OPEN], ["a"]]),
    ("length", [Set(["a", "b", OPEN])], [2, 3]),
    ("coalesce", [1, OPEN], [1, "1"]),
]


@pytest.mark.parametrize(("name", "arguments", "wanted"), CHOICES)
def test_all_that_can_be(name: str, arguments: list[Any], wanted: list[Any]) -> None:
    assert candidates_of(name, *arguments) == wanted


def test_one_answer_for_all_candidates_is_the_answer() -> None:
    assert call("length", choice(["a"], ["b"])) == 1


def test_candidates_keep_reason_and_references() -> None:
    result = unknown_of("upper", choice("a", "b"))
    assert (result.reason, result.references) == ("var.choice has no value", ("var.choice",))


def test_too_many_candidates_are_no_candidates() -> None:
    many = choice(*(str(number) for number in range(MAX_CANDIDATES)))
    assert len(candidates_of("upper", many)) == MAX_CANDIDATES
    assert candidates_of("format", "%s%s", many, choice("a", "b")) == []


def test_candidates_that_are_all_refused_are_an_error() -> None:
    with pytest.raises(FunctionError, match="cannot convert"):
        call("tonumber", choice("x", "y"))


def test_many_doubtful_elements_leave_the_list_open() -> None:
    assert candidates_of("compact", [OPEN] * 6) == []
    assert call("compact", [pieces("a", None), ""]) == [pieces("a", None)]


def test_a_set_keeps_its_unknown_elements() -> None:
    assert call("toset", ["b", OPEN, "a", "b"]) == Set(["a", "b", OPEN])


# Parts are carried over as they are


def test_carried_parts_are_the_same_values() -> None:
    first, second = value("a"), value("b")
    listed = value([first, second])
    assert result_of("element", listed, 0) is first
    assert result_of("lookup", value({"x": second}), "x") is second
    concatenated = result_of("concat", listed, [first])
    assert isinstance(concatenated, List)
    assert [item is part for item, part in zip(concatenated.items, (first, second, first), strict=True)] == [True] * 3
    merged = result_of("merge", {"x": first}, {"y": second})
    assert isinstance(merged, Object)
    assert merged.members["x"] is first
    assert merged.members["y"] is second
    assert result_of("coalesce", None, second) is second
    assert result_of("tostring", first) is first


def test_parts_come_the_way_their_container_came() -> None:
    mapping = value({"x": "a"}).passed(HOP)
    assert result_of("lookup", mapping, "x").trace == (HOP,)
    chosen = choice(["a"], ["b"]).passed(HOP)
    element = result_of("element", chosen, 0)
    assert isinstance(element, Unknown)
    assert [candidate.trace for candidate in element.candidates] == [(HOP,), (HOP,)]


def test_conversion_keeps_span_and_trace() -> None:
    converted = result_of("tostring", value(5).passed(HOP))
    assert (converted.span, converted.trace, plain(converted)) == (ARGUMENT, (HOP,), "5")


def test_merge_remembers_where_names_are_written() -> None:
    key = Span("main.tf", 1, 1, 1, 5)
    written = Object(span=ARGUMENT, members={"a": value(1)}, keys={"a": key})
    merged = result_of("merge", {"b": 2}, written)
    assert isinstance(merged, Object)
    assert merged.keys == {"a": key}


# Encoded structures


def test_encoded_text_remembers_its_structure() -> None:
    structure = value({"a": 1, "b": ["x"]})
    for encode, decode in (("jsonencode", "jsondecode"), ("yamlencode", "yamldecode")):
        text = result_of(encode, structure)
        assert isinstance(text, Scalar)
        assert text.encodes is structure
        assert result_of(decode, text) is structure


def test_encoded_text_with_gaps_remembers_its_structure() -> None:
    structure = value({"a": OPEN})
    text = unknown_of("jsonencode", structure)
    assert text.encodes is structure
    assert result_of("jsondecode", text) is structure


# Sensitivity


SENSITIVE = value("secret", sensitive=True)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("upper", [SENSITIVE]),
        ("join", [",", ["a", SENSITIVE]]),
        ("jsonencode", [{"a": SENSITIVE}]),
        ("format", ["%s", choice(SENSITIVE, "b")]),
        ("format", ["%s %s", OPEN, SENSITIVE]),
        ("length", [value(["a"], sensitive=True)]),
        ("element", [value(["a"], sensitive=True), 0]),
        ("element", [["a", SENSITIVE], 1]),
        ("merge", [value({"a": 1}, sensitive=True), {"b": 1}]),
        ("sensitive", ["a"]),
        ("sensitive", [OPEN]),
        ("provider::aws::arn_parse", [SENSITIVE]),
    ],
)
def test_marks_of_sensitivity_spread(name: str, arguments: list[Any]) -> None:
    assert result_of(name, *arguments).sensitive


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("element", [["a", SENSITIVE], 0]),
        ("length", [[SENSITIVE]]),
        ("keys", [{"a": SENSITIVE}]),
        ("merge", [{"a": SENSITIVE}, {"b": 1}]),
        ("nonsensitive", [SENSITIVE]),
        ("issensitive", [SENSITIVE]),
    ],
)
def test_marks_of_sensitivity_stay_where_they_belong(name: str, arguments: list[Any]) -> None:
    assert not result_of(name, *arguments).sensitive


def test_issensitive_says_so() -> None:
    assert call("issensitive", SENSITIVE) is True


def test_errors_never_quote_sensitive_values() -> None:
    for name in ("tonumber", "timecmp", "parseint"):
        arguments = {"timecmp": [SENSITIVE, "x"], "parseint": [SENSITIVE, 10]}.get(name, [SENSITIVE])
        with pytest.raises(FunctionError) as caught:
            call(name, *arguments)
        assert "secret" not in caught.value.message


# Files


def test_files_outside_are_an_error_and_their_hashes_are_unknown() -> None:
    with pytest.raises(FunctionError, match="outside the scanned tree"):
        call("file", "/etc/passwd")
    assert "outside" in unknown_of("filebase64sha256", "/etc/passwd").reason
    assert "outside" in unknown_of("fileexists", "/etc/passwd").reason


def test_what_depends_on_the_machine_is_unknown() -> None:
    assert "home folder" in unknown_of("pathexpand", "~/.ssh/id_rsa.pub").reason
    assert "folder that Terraform runs in" in unknown_of("abspath", "a").reason


def test_without_a_list_of_files_a_fileset_is_unknown() -> None:
    result = functions.call("fileset", [value("."), value("*")], CALL, Folder())
    assert isinstance(result, Unknown)
    assert isinstance(result_of("fileset", "a*", "*"), Unknown)
