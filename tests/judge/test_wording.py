"""How a value is told in a sentence."""

from decimal import Decimal

import pytest

from srm_lint.judge.wording import MAX_SHOWN, sentence, worth
from srm_lint.model.condition import Truth
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value
from srm_lint.policy.predicates import verbs

HERE = Span("main.tf", 1, 1, 1, 2)


def scalar(data: str | bool | int | Decimal | None) -> Scalar:
    return Scalar(data=data, span=HERE)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (scalar(True), "true"),
        (scalar(None), "null"),
        (scalar(22), "22"),
        (scalar(Decimal("1E+2")), "100"),
        (scalar("public-read"), '"public-read"'),
        (scalar("x" * 100), f'"{"x" * MAX_SHOWN}…"'),
        (scalar("first\nsecond"), '"first…"'),
        (Scalar(data="hunter2", span=HERE, sensitive=True), "(sensitive)"),
        (Unknown(reason="var.x has no value", span=HERE), "unknown (var.x has no value)"),
        (Unknown(reason="r", pieces=("arn:", None, ":policy/Admin"), span=HERE), '"arn:…:policy/Admin"'),
        (Unknown(reason="r", candidates=(scalar("a"), scalar("b"), scalar("a")), span=HERE), '"a" or "b"'),
        (Absent(span=HERE), "not set"),
        (Link(address="aws_kms_key.k", span=HERE), "aws_kms_key.k"),
        (List(items=(scalar(1), scalar(2)), span=HERE), "[1, 2]"),
        (List(items=tuple(map(scalar, range(9))), span=HERE), "[0, 1, 2, 3, 4, …]"),
        (Object(members={}, span=HERE), "set"),
    ],
)
def test_a_value_in_a_few_words(value: Value, told: str) -> None:
    assert worth(value) == told


def test_what_is_there_is_set_whatever_it_is() -> None:
    present = verbs()["present"]
    later = Unknown(span=HERE, reason="known only after apply")
    assert sentence(present, "key", later, False, Truth.FALSE) == "key is set"
    assert sentence(present, "key", later, True, Truth.UNKNOWN) == "key is unknown: known only after apply"
    assert sentence(present, "key", Absent(span=HERE), True, Truth.FALSE) == "key is not set"
    assert sentence(present, "key", List(span=HERE, items=()), True, Truth.FALSE) == "key is []"


def test_lists_of_lists_are_not_written_out() -> None:
    bomb: Value = scalar("x")
    for _ in range(40):
        bomb = List(items=(bomb,) * 9, span=HERE)
    assert worth(bomb).startswith("[[[[…, …")


@pytest.mark.parametrize(
    ("verb", "wanted", "truth", "says"),
    [
        ("allows_everyone", False, Truth.FALSE, "the statement allows everyone"),
        ("allows_everyone", False, Truth.TRUE, "the statement does not allow everyone"),
        ("hardcoded", False, Truth.TRUE, "password is not a literal in the configuration"),
        ("denies_plain_http", True, Truth.FALSE, "the statement does not deny every request without TLS"),
        ("empty", False, Truth.FALSE, "password is empty"),
    ],
)
def test_a_pass_is_worded_as_it_is(verb: str, wanted: object, truth: Truth, says: str) -> None:
    assert sentence(verbs()[verb], "password", scalar("x"), wanted, truth) == says


def test_how_many_there_are_is_said() -> None:
    held = List(items=(scalar("a"),), span=HERE)
    assert sentence(verbs()["holds_at_least"], "subnets", held, 2, Truth.FALSE) == "1 subnets, at least 2 wanted"
