"""Paths: what may be written, and what the walk does with unknowns, links and what is absent."""

import pytest

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value
from srm_lint.paths import PathError, Reached, Resolve, follow, parse

HERE = Span("main.tf", 1, 1, 1, 5)
THERE = Span("main.tf", 7, 3, 7, 9)


def scalar(data: str) -> Scalar:
    return Scalar(data=data, span=HERE)


def obj(**members: Value) -> Object:
    return Object(members=members, span=HERE)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", [()]),
        ("$.a", [("a",)]),
        ("$.a.b[0].c", [("a", "b", 0, "c")]),
        ("$.a[*]", [("a",), ()]),
        ("$.a[*].b[*].c", [("a",), ("b",), ("c",)]),
    ],
)
def test_a_path_is_cut_at_each_star(text: str, steps: list[tuple[str | int, ...]]) -> None:
    assert [path.steps for path in parse(text)] == steps


@pytest.mark.parametrize("text", ["a.b", "$..a", "$.a.*", "$.a[?(@.b)]", "$.a,b", "$.a[-1]", "$.a[0:2]", "$.", ""])
def test_what_drops_unknowns_or_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(PathError):
        parse(text)


def walk(start: Value, text: str, resolve: Resolve) -> Reached:
    (path,) = parse(text)
    reached = Reached(start)
    for step in path.steps:
        reached = follow(reached, step, resolve)
    return reached


def reach(start: Value, text: str) -> Value:
    return walk(start, text, lambda _: None).value


def test_a_member_keeps_the_way_that_its_container_came() -> None:
    value = reach(obj(a=Object(members={"b": scalar("x")}, span=HERE, trace=(THERE,))), "$.a.b")
    assert isinstance(value, Scalar)
    assert value.data == "x"
    assert value.trace == (THERE,)


def test_below_what_is_absent_everything_is_absent() -> None:
    assert isinstance(reach(obj(), "$.a.b[0].c"), Absent)


def test_below_an_unknown_everything_is_unknown_for_the_same_reason() -> None:
    value = reach(obj(a=Unknown(reason="var.a has no value", span=HERE)), "$.a.b")
    assert isinstance(value, Unknown)
    assert value.reason == "var.a has no value"
    assert value.candidates == ()


def test_a_choice_is_stepped_into() -> None:
    choice = Unknown(reason="var.a decides", candidates=(obj(b=scalar("x")), Absent(span=HERE)), span=HERE)
    value = reach(obj(a=choice), "$.a.b")
    assert isinstance(value, Unknown)
    assert [type(one) for one in value.candidates] == [Scalar, Absent]


def test_a_link_is_followed_and_its_place_remembered() -> None:
    start = obj(role=Link(address="aws_iam_role.r", span=THERE))
    reached = walk(start, "$.role.name", lambda link: obj(name=scalar(link.address)))
    assert isinstance(reached.value, Scalar)
    assert reached.value.data == "aws_iam_role.r"
    assert reached.hops == (THERE,)


def test_a_link_that_leads_nowhere_is_unknown() -> None:
    value = reach(obj(role=Link(address="gone", span=THERE)), "$.role.name")
    assert isinstance(value, Unknown)
    assert "gone" in value.reason


def test_a_position_beyond_a_list_is_absent() -> None:
    start = obj(a=List(items=(scalar("x"),), span=HERE))
    assert isinstance(reach(start, "$.a[0]"), Scalar)
    assert isinstance(reach(start, "$.a[1]"), Absent)


def test_one_object_is_the_first_of_a_list_of_it() -> None:
    value = reach(obj(a=obj(b=scalar("x"))), "$.a[0].b")
    assert isinstance(value, Scalar)
    assert isinstance(reach(obj(a=obj(b=scalar("x"))), "$.a[1].b"), Absent)
