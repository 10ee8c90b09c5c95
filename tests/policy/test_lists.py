"""What is asked of lists."""

import pytest
from policy_statements import SPAN, unknown, value

from srm_lint.model.condition import Truth
from srm_lint.model.value import Absent, Object, Unknown, Value
from srm_lint.policy.predicates import verbs

PERHAPS = Unknown(span=SPAN, reason="it depends", candidates=(value("a"), Absent(span=SPAN)))

BLOCKS = Unknown(span=SPAN, reason="how many?", candidates=(Object(span=SPAN, members={}), Absent(span=SPAN)))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (value(["a", "b"]), Truth.TRUE),
        (value(["a", unknown()]), Truth.TRUE),
        (value(["a", PERHAPS, "b"]), Truth.TRUE),
        (value(["a", PERHAPS]), Truth.UNKNOWN),
        (value([BLOCKS]), Truth.UNKNOWN),
        (value(["a"]), Truth.FALSE),
        (value(["a", Absent(span=SPAN)]), Truth.FALSE),
        (value([]), Truth.FALSE),
        (value("a"), Truth.FALSE),
        (Absent(span=SPAN), Truth.FALSE),
        (unknown(), Truth.UNKNOWN),
    ],
)
def test_a_list_holds_so_many_items_whatever_they_are(held: Value, expected: Truth) -> None:
    assert verbs()["holds_at_least"].ask(held, 2) is expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (value(["a"]), Truth.TRUE),
        (value([PERHAPS]), Truth.UNKNOWN),
        (value([BLOCKS]), Truth.UNKNOWN),
        (value([Absent(span=SPAN)]), Truth.FALSE),
        (value([]), Truth.FALSE),
    ],
)
def test_a_list_of_what_may_not_be_there_may_be_empty(held: Value, expected: Truth) -> None:
    assert verbs()["present"].ask(held, True) is expected
    assert verbs()["present"].ask(held, False) is expected.mirrored()
    assert verbs()["empty"].ask(held, False) is expected
    assert verbs()["empty"].ask(held, True) is expected.mirrored()
