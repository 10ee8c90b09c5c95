"""Kleene's logic, its evidence, and what candidates decide."""

import itertools

import pytest

from srm_lint.judge.evaluation import Answer, Subject, evaluate
from srm_lint.marked import parse
from srm_lint.model.condition import Truth
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Origin, Scalar, Unknown, Value
from srm_lint.policy.conditions import Compiler
from srm_lint.schema.loader import Schema


def at(line: int) -> Span:
    return Span("main.tf", line, 1, line, 5)


TRUE = Scalar(data=True, span=at(1))
FALSE = Scalar(data=False, span=at(2))
OPEN = Unknown(reason="var.x has no value", span=at(3))
ABSENT = Absent(span=at(4))
BY_TRUTH: dict[Truth, Value] = {Truth.TRUE: TRUE, Truth.FALSE: FALSE, Truth.UNKNOWN: OPEN}


def ask(condition: str, **members: Value) -> Answer:
    compiled = Compiler(Schema(), None).compile(parse(condition, "policy.yaml"))
    return evaluate(compiled, Subject(Object(members=members, span=at(9))), lambda _: None)


def either(*candidates: Value) -> Unknown:
    return Unknown(reason="var.x decides", candidates=candidates, span=at(5))


def items(*values: Value) -> List:
    return List(items=values, span=at(6))


@pytest.mark.parametrize(("a", "b"), list(itertools.product(Truth, Truth)))
def test_all_is_min_any_is_max_not_is_the_mirror(a: Truth, b: Truth) -> None:
    both = "[{path: $.a, equals: true}, {path: $.b, equals: true}]"
    values = {"a": BY_TRUTH[a], "b": BY_TRUTH[b]}
    assert ask(f"all: {both}", **values).truth is min(a, b)
    assert ask(f"any: {both}", **values).truth is max(a, b)
    assert ask(f"not: {{all: {both}}}", **values).truth is Truth(2 - min(a, b))


def test_evidence_is_what_decided() -> None:
    answer = ask("all: [{path: $.a, equals: true}, {path: $.b, equals: true}]", a=TRUE, b=FALSE)
    assert [one.says for one in answer.evidence] == ["b is false"]
    assert answer.evidence[0].value.span == at(2)


def test_evidence_of_an_open_question_is_what_was_left_open() -> None:
    answer = ask("all: [{path: $.a, equals: true}, {path: $.b, equals: true}]", a=TRUE, b=OPEN)
    assert [one.says for one in answer.evidence] == ["b is unknown: var.x has no value"]


def test_what_is_absent_equals_nothing() -> None:
    assert ask("{path: $.a, equals: false}", a=ABSENT).truth is Truth.FALSE
    assert ask("{path: $.a, equals: false}").evidence[0].says == "a is not set"


@pytest.mark.parametrize(
    ("candidates", "truth"),
    [
        ((TRUE, TRUE), Truth.TRUE),
        ((FALSE, ABSENT), Truth.FALSE),
        ((TRUE, FALSE), Truth.UNKNOWN),
        ((TRUE, OPEN), Truth.UNKNOWN),
    ],
)
def test_candidates_that_agree_decide(candidates: tuple[Value, ...], truth: Truth) -> None:
    assert ask("{path: $.a, equals: true}", a=either(*candidates)).truth is truth


@pytest.mark.parametrize(
    ("values", "every", "some"),
    [
        ((), Truth.TRUE, Truth.FALSE),
        ((TRUE, TRUE), Truth.TRUE, Truth.TRUE),
        ((TRUE, FALSE), Truth.FALSE, Truth.TRUE),
        ((TRUE, OPEN), Truth.UNKNOWN, Truth.TRUE),
        ((FALSE, OPEN), Truth.FALSE, Truth.UNKNOWN),
        ((TRUE, ABSENT), Truth.TRUE, Truth.TRUE),
    ],
)
def test_every_and_some(values: tuple[Value, ...], every: Truth, some: Truth) -> None:
    assert ask("{every: '$.a[*]', equals: true}", a=items(*values)).truth is every
    assert ask("{some: '$.a[*]', equals: true}", a=items(*values)).truth is some


def test_a_list_that_is_unknown_leaves_every_and_some_open() -> None:
    for word in ("every", "some"):
        answer = ask(f"{{{word}: '$.a[*].b', equals: true}}", a=OPEN)
        assert answer.truth is Truth.UNKNOWN
        assert answer.evidence[0].says == "a is unknown: var.x has no value"


def test_a_choice_of_lists_is_decided_when_all_of_them_agree() -> None:
    bad, worse = items(FALSE), items(TRUE, FALSE)
    assert ask("{every: '$.a[*]', equals: true}", a=either(bad, worse)).truth is Truth.FALSE
    assert ask("{every: '$.a[*]', equals: true}", a=either(bad, items())).truth is Truth.UNKNOWN
    assert ask("{every: '$.a[*]', equals: true}", a=either(items(TRUE), ABSENT)).truth is Truth.TRUE


def test_an_item_that_may_not_be_there_cannot_make_some_true() -> None:
    perhaps = either(TRUE, ABSENT)
    assert ask("{some: '$.a[*]', equals: true}", a=items(perhaps)).truth is Truth.UNKNOWN
    assert ask("{every: '$.a[*]', equals: true}", a=items(perhaps)).truth is Truth.TRUE


def test_satisfies_starts_at_the_item() -> None:
    rule = Object(members={"from": TRUE, "to": items(FALSE)}, span=at(7))
    condition = (
        "{some: '$.rules[*]', satisfies: {all: [{path: $.from, equals: true}, {some: '$.to[*]', equals: false}]}}"
    )
    answer = ask(condition, rules=items(rule))
    assert answer.truth is Truth.TRUE
    assert {one.path for one in answer.evidence} == {"$.rules[*].from", "$.rules[*].to[*]"}


def test_sensitive_values_are_never_quoted() -> None:
    secret = Scalar(data="hunter2", sensitive=True, span=at(8))
    assert "hunter2" not in ask("{path: $.a, equals: x}", a=secret).evidence[0].says


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("{path: $.a, eqals: 1}", 'the verb "eqals" is not known; did you mean "equals"?'),
        ("{path: '$.a[*]', equals: 1}", 'say "every" or "some"'),
        ("{every: $.a, equals: 1}", '"every" needs a path with [*]'),
        ("{path: $.a}", "takes exactly one verb"),
        ("{path: $.a, equals: 1, present: true}", "takes exactly one verb"),
        ("{path: $.a, at_least: many}", '"at_least" takes a whole number'),
        ("{path: $.a, present: 1}", '"present" takes true or false'),
        ("{al: []}", "expected one of all, any, not, path, every, some"),
        ("{all: []}", '"all" of nothing decides nothing'),
        ("{path: $.a, satisfies: {path: $.b, equals: 1}}", '"satisfies" goes with "every" or "some"'),
        ("{every: '$.a[*].b', satisfies: {path: $, equals: 1}}", 'with "satisfies" the path ends in [*]'),
        ("{path: '$..a', equals: 1}", "which are all that a path may have"),
    ],
)
def test_a_condition_that_is_wrong_is_refused(condition: str, message: str) -> None:
    from srm_lint.marked import MarkedError

    with pytest.raises(MarkedError) as caught:
        ask(condition)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (TRUE, Truth.TRUE),
        (OPEN, Truth.TRUE),
        (ABSENT, Truth.FALSE),
        (Scalar(data=True, span=at(1), origin=Origin.DEFAULT), Truth.FALSE),
        (Unknown(reason="the account decides", span=at(1), origin=Origin.DEFAULT), Truth.FALSE),
        (either(TRUE, ABSENT), Truth.UNKNOWN),
    ],
)
def test_what_nobody_wrote_is_told_from_what_is_unknown(value: Value, expected: Truth) -> None:
    assert ask("{path: $.a, written: true}", a=value).truth is expected
    assert ask("{path: $.a, written: false}", a=value).truth is expected.mirrored()


def named(name: str, value: str) -> Object:
    members = {"name": Scalar(data=name, span=at(10)), "value": Scalar(data=value, span=at(11))}
    return Object(members=members, span=at(12))


@pytest.mark.parametrize(
    ("listed", "says", "line"),
    [
        ((named("charset", "x"), named("ssl", "0")), 'value is "0"', 11),
        ((named("charset", "1"), named("port", "2")), "no items with name ssl or tls", 6),
    ],
)
def test_of_named_items_those_are_told_that_are_meant(listed: tuple[Object, ...], says: str, line: int) -> None:
    condition = '{some: "$.items[*]", satisfies: {all: [{path: $.name, in: [ssl, tls]}, {path: $.value, equals: "1"}]}}'
    answer = ask(condition, items=items(*listed))
    assert answer.truth is Truth.FALSE
    assert [(one.says, one.value.span.line) for one in answer.evidence] == [(says, line)]
