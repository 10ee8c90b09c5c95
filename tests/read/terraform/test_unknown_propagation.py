"""Nothing is said of the unknown: what is known although an input is not, stays true whatever the input may be.

Random expressions are evaluated with all their variables, and again with some of them, or parts of them, unknown.
"""

from __future__ import annotations

import re

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from terraform_shown import OPEN

from srm_lint.model.value import List, Object, Scalar, Unknown, Value, every_value
from srm_lint.read.terraform import EvaluationError, evaluate
from srm_lint.read.terraform.conversion import to_text

NAMES = ("a", "b", "c")
VALUES = """
    1; 0; "x"; "1"; ""; "true"; true; false; null; []; ["x", "y"]; [1, 2]; [["x"], []]; [{ k = "x" }, { k = 1 }]; [null]
    {}; { k = "x", m = 2 }; { k = [1], "1" = { k = 2 } }; tolist(["x", "y"]); tolist([]); toset(["y", "x"]); toset([1])
    tomap({ k = "x", m = "y" })
"""
EXPRESSIONS = """
    -@; !@; (@); [@]; [@, 1]; { k = @ }; { (@) = 1, m = 2 }; @[*]; @[*].k; @.*.k; @.k; @[0]; @["k"]; "${@}"; "p-${@}"
    "${@}-s"; "%{ if @ }y%{ else }n%{ endif }"; "%{ for v in @ }${v},%{ endfor }"; [for v in @ : v]; [for i, v in @ : i]
    { for k, v in @ : k => v }; [for v in @ : v if v != "x"]; { for v in @ : v => 1... }; length(@); tolist(@); toset(@)
    tomap(@); tostring(@); keys(@); values(@); flatten(@); flatten([@, [1]]); compact(@); distinct(@); reverse(@)
    one(@); jsondecode(jsonencode(@)); coalesce(@, 1); upper(@); can(@.k); try(@.k, "x"); sort(@); element(@, 0)
    alltrue(@); anytrue(@); sum(@); concat(@...); merge(@, { k = 9 }); merge({ k = 9 }, @); lookup(@, "k", 5)
    transpose(@); chunklist(@, 1); type(@); slice(@, 0, 1); join(",", @); split(",", @); range(@); min(@...)
    @ + @; @ == @; @ != @; @ < @; @ && @; @ || @; true ? @ : @; false ? @ : @; [@, @]; @[@]; "${@}${@}"; concat(@, @)
    merge(@, @); contains(@, @); setunion(@, @); setintersection(@, @); setsubtract(@, @); setproduct(@, @)
    zipmap(@, @); coalescelist(@, @); coalesce(@, @); index(@, @); format("%s-%s", @, @); formatlist("%s%s", @, @)
    lookup(@, @, "d"); matchkeys(@, @, ["x"]); [for v in @ : v if contains(@, v)]; max(@, @); replace(@, "x", @)
    try(@.k, @); element(@, @); startswith(@, @); substr(@, 0, @); trimprefix(@, @); (@ != null) ? @ : @; @ == 1 ? @ : @
    merge(@, { k = 9 }).k; merge(@, @).k; { (@) = 1, k = @ }.k; { for v in @ : v => 1 }.x; lookup(merge(@, @), "k", 5)
    [for v in @ : @ if @]; { for v in @ : @ => @... }; concat(@, @, @)
"""


def listed(text: str) -> list[str]:
    return [each.strip() for line in text.strip().splitlines() for each in line.split("; ")]


KNOWN = {text: evaluate(text) for text in listed(VALUES)}


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(["var.a", "var.b", "var.c", '"x"', "1"]))
    first, *rest = draw(st.sampled_from(listed(EXPRESSIONS))).split("@")
    return first + "".join(draw(expressions(depth - 1)) + each for each in rest)


def veiled(value: Value, place: int) -> Value:
    """`value` with one of its parts, chosen by the number `place`, unknown; all of it, where it has none."""
    match value:
        case List(items=items) if items and place:
            at = place % len(items)
            return replace(value, items=(*items[:at], veiled(items[at], place // 3), *items[at + 1 :]))
        case Object(members=members) if members and place:
            name = sorted(members)[place % len(members)]
            return replace(value, members={**members, name: veiled(members[name], place // 3)})
    return OPEN


def admits(claim: Value, truth: Value, *, any_order: bool = False) -> bool:
    """Whether what is claimed leaves `truth` possible.

    What an unknown value would make of its neighbours and of the other branch is not known, since its type is not: a
    scalar may become its text, and a list a set.
    """
    match claim, truth:
        case Unknown(candidates=candidates, pieces=pieces), _:
            if candidates and not any(admits(each, truth, any_order=any_order) for each in candidates):
                return False
            return not pieces or (isinstance(truth, Scalar) and _fits(pieces, truth))
        case Scalar(data=None), Scalar(data=None):
            return True
        case Scalar(data=one), Scalar(data=other):
            return one is not None and other is not None and to_text(claim) == to_text(truth)
        case List(), List() if any_order or truth.unordered is not claim.unordered or _has_gaps(claim):
            fitting = (any(admits(one, each, any_order=any_order) for one in claim.items) for each in truth.items)
            return len(claim.items) >= len(truth.items) and all(fitting)
        case List(), List():
            return len(claim.items) == len(truth.items) and all(map(admits, claim.items, truth.items))
        case Object(), Object():
            return claim.members.keys() == truth.members.keys() and all(
                admits(member, truth.members[name], any_order=any_order) for name, member in claim.members.items()
            )
    return False


def _has_gaps(claim: List) -> bool:
    return claim.unordered and any(isinstance(each, Unknown) for each in every_value([claim]))


def _fits(pieces: tuple[str | None, ...], truth: Scalar) -> bool:
    pattern = "".join(".*" if piece is None else re.escape(piece) for piece in pieces)
    return truth.data is not None and re.fullmatch(pattern, to_text(truth), re.DOTALL) is not None


@given(
    expressions(),
    st.tuples(*[st.sampled_from(sorted(KNOWN))] * len(NAMES)),
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 9), min_size=1),
)
@settings(
    max_examples=400,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_what_is_known_without_an_input_is_true_with_it(
    text: str, values: tuple[str, ...], hidden: dict[str, int]
) -> None:
    # Whether both branches of a conditional are of one type is not known where one of them is unknown.
    assume("?" not in text or ("try(" not in text and "can(" not in text))
    with_all = {name: KNOWN[value] for name, value in zip(NAMES, values, strict=True)}
    try:
        truth = evaluate(text, with_all)
    except EvaluationError:
        return  # never deployed, so there is nothing to be true of it
    try:
        claim = evaluate(text, {**with_all, **{name: veiled(with_all[name], place) for name, place in hidden.items()}})
    except EvaluationError:
        # The type of what is unknown is not known, so a number beside it may in truth be a text.
        assume("?" not in text)
        raise
    assert admits(claim, truth, any_order="set" in text + repr(values)), f"{claim} excludes {truth}"
