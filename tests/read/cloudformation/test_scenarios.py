"""What cannot be together is not combined: tables, and every assignment of small templates against an evaluator that
knows only one.
"""

from __future__ import annotations

import json
import time
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from cloudformation_reading import configuration, plain, value_of
from hypothesis import given, settings
from hypothesis import strategies as st

from srm_lint.model.source import Tree
from srm_lint.model.value import Scalar, Unknown
from srm_lint.read.cloudformation import read
from srm_lint.read.cloudformation.scenarios import EVERY, Scenarios, TooMany, but, one_of, only

SECTIONS = """
Parameters:
  Env: {Type: String, AllowedValues: [dev, test, prod]}
  Open: {Type: String}
Mappings:
  Sizes: {dev: {size: small, count: one}, test: {size: small, count: two}, prod: {size: large, count: three}}
  Regions: {eu-west-1: {ami: ami-1, zone: a}, us-east-1: {ami: ami-2, zone: b}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [!Ref Env, dev]
  NotProd: !Not [!Condition Prod]
  Small: !Or [!Equals [!Ref Env, dev], !Equals [!Ref Env, test]]
  All: !Or [!Condition Prod, !Condition Small]
  None: !And [!Condition Prod, !Condition Dev]
  OpenA: !Equals [!Ref Open, a]
  OpenB: !Equals [b, !Ref Open]
  Hidden: !Equals [!ImportValue some, x]
  Big: !Equals [!FindInMap [Sizes, !Ref Env, size], large]
  East: !Equals [!Ref AWS::Region, us-east-1]
"""
TABLE = [
    ("!Sub '${Env}${Env}'", ["devdev", "testtest", "prodprod"]),
    ("!Sub ['${A}${B}', {A: !If [Prod, 1, 2], B: !If [Prod, 3, 4]}]", ["13", "24"]),
    ("!Sub ['${A}${B}', {A: !If [Prod, 1, 2], B: !If [NotProd, 3, 4]}]", ["14", "23"]),
    ("!Sub ['${A}${B}', {A: !If [Prod, 1, 2], B: !If [Dev, 3, 4]}]", ["14", "23", "24"]),
    ("!Sub ['${A}${B}', {A: !If [OpenA, 1, 2], B: !If [OpenB, 3, 4]}]", ["14", "23", "24"]),
    ("!Sub ['${A}${B}', {A: !If [Hidden, 1, 2], B: !If [Hidden, 3, 4]}]", ["13", "24"]),
    ("!Sub ['${A}${B}', {A: !If [Hidden, 1, 2], B: !If [OpenA, 3, 4]}]", ["13", "14", "23", "24"]),
    ("!Sub ['${Env}${A}', {A: !If [Prod, 1, 2]}]", ["dev2", "test2", "prod1"]),
    ("!Sub ['${Env}${A}', {A: !FindInMap [Sizes, !Ref Env, size]}]", ["devsmall", "testsmall", "prodlarge"]),
    (
        "!Join ['', [!FindInMap [Regions, !Ref AWS::Region, ami], !FindInMap [Regions, !Ref AWS::Region, zone]]]",
        ["ami-1a", "ami-2b"],
    ),
    ("!Sub ['${A}${B}', {A: !If [East, 1, 2], B: !FindInMap [Regions, !Ref AWS::Region, zone]}]", ["1b", "2a"]),
    ("!Sub ['${A}${B}', {A: !If [Big, 1, 2], B: !If [Prod, 3, 4]}]", ["13", "24"]),
    ("!If [Prod, !If [Dev, 1, 2], !If [Prod, 3, !If [Dev, 4, 5]]]", [2, 4, 5]),
    ("!If [Dev, !Ref Env, x]", ["dev", "x"]),
    ("!If [Small, !Ref Env, x]", ["dev", "test", "x"]),
    ("!Join ['-', [!If [Prod, a, !Ref AWS::NoValue], !If [NotProd, b, !Ref AWS::NoValue]]]", ["a", "b"]),
    ("!Select [0, [!If [Prod, a, !Ref AWS::NoValue], b]]", ["a", "b"]),
    ("!Length [!If [Prod, a, !Ref AWS::NoValue], b]", [2, 1]),
    ("!If [Prod, !FindInMap [Sizes, !Ref Env, count], 0]", ["three", 0]),
    ("!FindInMap [Sizes, !If [Dev, dev, else], size, {DefaultValue: !Ref Env}]", ["small", "test", "prod"]),
]


@pytest.mark.parametrize(("text", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_only_what_can_be_together_is_combined(text: str, wanted: list[Any]) -> None:
    assert plain(value_of(text, SECTIONS)) == ("one of", *wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("!If [All, 1, 2]", 1),
        ("!If [None, 1, 2]", 2),
        ("!If [Prod, !If [Small, 1, !If [Big, 2, 3]], 2]", ("one of", 2, 2)),
        ("!Sub ['${A}${B}', {A: !If [All, 1, 2], B: !If [None, 3, 4]}]", "14"),
    ],
)
def test_what_holds_in_every_case_is_decided(text: str, wanted: object) -> None:
    assert plain(value_of(text, SECTIONS)) == wanted


def test_a_list_whose_length_depends_on_what_is_open_has_no_length() -> None:
    value = value_of("!Length [!If [Prod, !GetAtt Bucket.Arn, !Ref AWS::NoValue], b]", SECTIONS)
    assert plain(value) == ("?",)
    value = value_of("!Join ['', [a, !If [Prod, !GetAtt Bucket.Arn, !Ref AWS::NoValue], b]]", SECTIONS)
    assert isinstance(value, Unknown)
    assert value.candidates == value.pieces == ()


def test_a_resource_sees_only_the_cases_in_which_it_is_made() -> None:
    found = configuration(
        SECTIONS
        + """
Resources:
  Prod:
    Type: AWS::X::Y
    Condition: Prod
    Properties: {A: !If [Dev, 1, 2], B: !Ref Env, C: !If [OpenA, 1, 2], D: !If [Big, 1, 2], E: !Sub "x-${Env}"}
  Never: {Type: AWS::X::Y, Condition: None}
  Always: {Type: AWS::X::Y, Condition: All}
""",
        dedent=False,
    )
    assert found.problems == ()
    prod, always = found.resources
    assert plain(prod.body) == {"A": 2, "B": "prod", "C": ("one of", 1, 2), "D": 1, "E": "x-prod"}
    assert isinstance(prod.exists, Unknown)
    assert isinstance(always.exists, Scalar)


def test_cases_flow_into_nested_templates_values_and_back(tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text("""
Parameters: {Env: {Type: String}, Same: {Type: String}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Equal: !Equals [!Ref Same, !Ref Same]
Resources: {A: {Type: AWS::X::Y, Properties: {P: !If [Prod, 1, 2], Q: !If [Equal, 1, 2]}}}
Outputs: {Size: {Value: !If [Prod, large, small]}}
""")
    (tmp_path / "parent.yaml").write_text(
        SECTIONS
        + """
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Env: !Ref Env, Same: !Ref Open}}
  It:
    Type: AWS::X::Y
    Properties: {P: !Sub ["${Env}-${Child.Outputs.Size}", {}], Q: !If [Prod, !GetAtt Child.Outputs.Size, none]}
"""
    )
    paths = [tmp_path / "child.yaml", tmp_path / "parent.yaml"]
    (found,) = read(paths, Tree(tmp_path))
    assert found.problems == ()
    bodies = {resource.address: plain(resource.body) for resource in found.resources}
    assert bodies["It"] == {
        "P": ("one of", "dev-small", "test-small", "prod-large"),
        "Q": ("one of", "large", "none"),
    }
    assert bodies["Child/A"] == {"P": ("one of", 1, 2), "Q": 1}


def test_conditions_that_explode_are_bounded_and_still_correlate() -> None:
    names = [f"P{number}" for number in range(20)]
    parameters = "".join(f"  {name}: {{Type: String}}\n" for name in names)
    pairs = ", ".join(f"!Or [!Equals [!Ref P{n}, x], !Equals [!Ref P{n + 1}, y]]" for n in range(0, 20, 2))
    sections = f"Parameters:\n{parameters}Conditions:\n  C: !And [{pairs}]\n  D: !Not [!Condition C]\n"
    began = time.perf_counter()
    value = value_of("!Sub ['${A}${B}', {A: !If [C, 1, 2], B: !If [D, 3, 4]}]", sections)
    assert plain(value) == ("one of", "14", "23")
    many = "".join(f"${{A{number}}}" for number in range(40))
    choices = ", ".join(f"A{number}: !If [C{number}, 1, 2]" for number in range(40))
    conditions = "".join(f"  C{number}: !Equals [!Ref P{number % 20}, v{number}]\n" for number in range(40))
    value = value_of(f"!Sub ['{many}', {{{choices}}}]", f"Parameters:\n{parameters}Conditions:\n{conditions}")
    assert isinstance(value, Unknown)
    assert value.candidates == ()
    assert time.perf_counter() - began < 3


def test_cases_are_joined_where_that_is_simple_and_refused_where_they_are_too_many() -> None:
    both = Scenarios().both
    assert one_of([only("a", "x"), but("a", "x")]) == EVERY
    assert one_of([only("a", "x"), only("a", "y"), but("a", "y", "z")]) == but("a", "z")
    assert both(but("a", "x"), but("a", "y")) == but("a", "x", "y")
    assert both(only("a", "x"), but("a", "x")) == ()
    with pytest.raises(TooMany):
        one_of(both(only("a", str(number)), only("b", str(number))) for number in range(100))


VALUES = ("a", "b", "c")
OTHER = "something else"
CLOSED, OPEN = ("P0", "P1"), ("P2",)
MAPPING = {"a": {"k": "m1"}, "b": {"k": "m2"}}

literals = st.sampled_from(VALUES)
refs = st.sampled_from((*CLOSED, *OPEN)).map(lambda name: {"Ref": name})


def conditions(earlier: list[str]) -> st.SearchStrategy[Any]:
    equals = st.tuples(refs, literals).map(lambda pair: {"Fn::Equals": list(pair)})
    same = st.just({"Fn::Equals": [{"Ref": "P0"}, {"Ref": "P1"}]})
    mapped = literals.map(lambda text: {"Fn::Equals": [lookup({"Ref": "P0"}, "m0"), "m" + text]})
    leaves = [
        equals,
        same,
        mapped,
        *([st.sampled_from(earlier).map(lambda name: {"Condition": name})] if earlier else []),
    ]

    def joined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            several.map(lambda parts: {"Fn::And": parts}),
            several.map(lambda parts: {"Fn::Or": parts}),
            inner.map(lambda part: {"Fn::Not": [part]}),
        )

    return st.recursive(st.one_of(leaves), joined, max_leaves=4)


def lookup(key: Any, default: str) -> dict[str, Any]:
    return {"Fn::FindInMap": ["M", key, "k", {"DefaultValue": default}]}


def expressions(names: list[str]) -> st.SearchStrategy[Any]:
    leaves = st.one_of(
        literals, st.sampled_from(CLOSED).map(lambda name: {"Ref": name}), refs.map(lambda ref: lookup(ref, "m0"))
    )

    def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        pair = st.tuples(inner, inner)
        choice = st.tuples(st.sampled_from(names), inner, inner).map(lambda parts: {"Fn::If": list(parts)})
        left_out = st.tuples(st.sampled_from(names), inner, st.just({"Ref": "AWS::NoValue"})).map(
            lambda parts: {"Fn::If": list(parts)}
        )
        return st.one_of(
            choice,
            choice,
            pair.map(lambda two: {"Fn::Sub": ["${x}.${y}", {"x": two[0], "y": two[1]}]}),
            st.tuples(inner, left_out).map(lambda items: {"Fn::Join": ["+", list(items)]}),
        )

    return st.recursive(leaves, composed, max_leaves=6)


@st.composite
def templates(draw: st.DrawFn) -> tuple[dict[str, Any], str | None, Any]:
    made: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        made[f"C{number}"] = draw(conditions(list(made)))
    names = list(made)
    return made, draw(st.none() | st.sampled_from(names)), draw(expressions(names))


def holds(node: Any, made: dict[str, Any], known: dict[str, str]) -> bool:
    ((name, argument),) = node.items()
    match name:
        case "Condition":
            return holds(made[argument], made, known)
        case "Fn::Equals":
            return worth(argument[0], made, known) == worth(argument[1], made, known)
        case "Fn::And":
            return all(holds(part, made, known) for part in argument)
        case "Fn::Or":
            return any(holds(part, made, known) for part in argument)
    return not holds(argument[0], made, known)


def worth(node: Any, made: dict[str, Any], known: dict[str, str]) -> str | None:
    if isinstance(node, str):
        return node
    ((name, argument),) = node.items()
    match name:
        case "Ref":
            return known.get(argument)
        case "Fn::If":
            return worth(argument[1 if holds(made[argument[0]], made, known) else 2], made, known)
        case "Fn::FindInMap":
            return MAPPING.get(known[argument[1]["Ref"]], {"k": argument[3]["DefaultValue"]})["k"]
        case "Fn::Sub":
            return ".".join(str(worth(part, made, known)) for part in argument[1].values())
    return "+".join(text for part in argument[1] if (text := worth(part, made, known)) is not None)


@settings(max_examples=120, deadline=None)
@given(templates())
def test_candidates_are_what_some_assignment_gives_and_all_of_it(drawn: tuple[dict[str, Any], str | None, Any]) -> None:
    made, condition, expression = drawn
    resource = {"Type": "AWS::X::Y", "Properties": {"P": expression}, **({"Condition": condition} if condition else {})}
    parameters = {name: {"Type": "String", "AllowedValues": list(VALUES)} for name in CLOSED}
    document = {
        "Parameters": {**parameters, **{name: {"Type": "String"} for name in OPEN}},
        "Mappings": {"M": MAPPING},
        "Conditions": made,
        "Resources": {"It": resource, "Bucket": {"Type": "AWS::S3::Bucket"}},
    }
    domains = [VALUES] * len(CLOSED) + [(*VALUES, OTHER)] * len(OPEN)
    assignments = [dict(zip((*CLOSED, *OPEN), texts, strict=True)) for texts in product(*domains)]
    there = [known for known in assignments if condition is None or holds(made[condition], made, known)]
    found = configuration(json.dumps(document), dedent=False)
    assert found.problems == ()
    (it,) = [resource for resource in found.resources if resource.address == "It"] or [None]
    assert (it is not None) == bool(there)
    if it is None:
        return
    assert isinstance(it.exists, Scalar) == (len(there) == len(assignments))
    value = it.body.get("P")
    given_values = {worth(expression, made, known) for known in there}
    if isinstance(value, Unknown):
        assert not value.candidates or {plain(one) for one in value.candidates} == given_values
    else:
        assert {plain(value)} == given_values
