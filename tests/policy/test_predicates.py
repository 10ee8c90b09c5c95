"""What the general verbs say of a text of which only pieces are known."""

from __future__ import annotations

import pytest

from srm_lint.model.condition import Truth
from srm_lint.model.source import Span
from srm_lint.model.value import Unknown
from srm_lint.policy.predicates import verbs

HERE = Span("main.tf", 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("verb", "wanted", "pieces", "expected"),
    [
        ("equals", "*", ("arn:aws:s3:::", None), Truth.FALSE),
        ("equals", "arn:aws:s3:::logs", ("arn:aws:s3:::", None), Truth.UNKNOWN),
        ("equals", "prod-logs", (None, "-logs"), Truth.UNKNOWN),
        ("equals", "logs", (None, "-logs"), Truth.FALSE),
        ("equals", "a-b-c", ("a", None, "-b-", None, "c"), Truth.UNKNOWN),
        ("equals", "a-c", ("a", None, "-b-", None, "c"), Truth.FALSE),
        # "aba" begins and ends with "ab" and "ba", but is too short to hold both.
        ("equals", "aba", ("ab", None, "ba"), Truth.FALSE),
        ("equals", "x", (None,), Truth.UNKNOWN),
        # A text may be taken for a number, whatever it is made of.
        ("equals", 10, (None, "0"), Truth.UNKNOWN),
        ("in", ["sns", "sqs"], ("s", None), Truth.UNKNOWN),
        ("in", ["sns", "sqs"], (None, ".amazonaws.com"), Truth.FALSE),
        ("in", [], ("s", None), Truth.FALSE),
    ],
)
def test_pieces_that_do_not_fit_decide(
    verb: str, wanted: object, pieces: tuple[str | None, ...], expected: Truth
) -> None:
    half_known = Unknown(span=HERE, reason="var.x has no value", pieces=pieces)
    assert verbs()[verb].ask(half_known, wanted) is expected
