"""What CloudFormation refuses: told at its line, with the rest of the template judged, in bounded time."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from cloudformation_reading import configuration, template, the_property

from srm_lint.model.resource import Configuration
from srm_lint.model.value import Unknown
from srm_lint.read.cloudformation.circles import circles
from srm_lint.read.cloudformation.functions import FUNCTIONS


def circling(resources: str, sections: str = "") -> tuple[Configuration, list[tuple[int, str]]]:
    found = configuration(f"{sections}Resources:\n{resources}", dedent=False)
    return found, [(problem.span.line, problem.message) for problem in found.problems]


def resource(name: str, properties: str = "", rest: str = "") -> str:
    return f"  {name}: {{Type: AWS::X::Y, Properties: {{{properties}}}{rest}}}\n"


CIRCLES = [
    (resource("A", "P: !Ref A"), "A → A"),
    (resource("A", "P: !Ref B") + resource("B", "P: !GetAtt A.Arn"), "A → B → A"),
    (resource("A", "P: {Q: [!Sub 'x-${B.Arn}']}") + resource("B", rest=", DependsOn: A"), "A → B → A"),
    (resource("A", "P: !Sub ['${x}', {x: !Ref B}]") + resource("B", rest=", DependsOn: [A]"), "A → B → A"),
    (resource("A", "P: !If [Yes, !Ref A, x]"), "A → A"),
    (resource("Z") + resource("A", "P: !Ref B") + resource("B", "P: !Ref C") + resource("C", "P: !Ref B"), "B → C → B"),
    (resource("A", "P: !Ref B", ", Condition: Open") + resource("B", "P: !Ref A", ", Condition: Open"), "A → B → A"),
]
SECTIONS = (
    "Parameters: {Env: {Type: String}}\n"
    "Conditions: {Yes: !Equals [a, a], Open: !Equals [!Ref Env, a], Else: !Not [!Condition Open]}\n"
)


@pytest.mark.parametrize(("resources", "way"), CIRCLES, ids=[way for _, way in CIRCLES])
def test_resources_that_rest_on_themselves_are_told_and_judged(resources: str, way: str) -> None:
    found, problems = circling(resources, SECTIONS)
    first = way.partition(" ")[0]
    line = 3 + [each.address for each in found.resources].index(first) + 1
    assert problems == [(line, f"the resource {first} depends on itself: {way}; CloudFormation refuses such a circle")]
    assert len(found.resources) == resources.count("Type:")


@pytest.mark.parametrize(
    "resources",
    [
        resource("A", "P: !Ref B, Q: !Ref C") + resource("B", "P: !Ref C") + resource("C"),
        resource("A", "P: !If [Yes, x, !Ref A]"),
        resource("A", "P: !If [Open, !Ref B, x]") + resource("B", "P: !If [Open, x, !Ref A]"),
        resource("A", "P: !Ref B", ", Condition: Open") + resource("B", "P: !Ref A", ", Condition: Else"),
        resource("A", "P: '${A}'"),
        resource("A", "P: !Sub '${!A}'"),
        resource("A", "P: !Sub ['${A}', {A: x}]"),
    ],
)
def test_what_is_no_circle_or_may_be_none_is_not_told(resources: str) -> None:
    assert circling(resources, SECTIONS)[1] == []


def test_a_template_that_another_program_rewrites_is_not_blamed_for_circles() -> None:
    found = configuration("Transform: [Own]\nResources:\n" + resource("A", "P: !Ref A"), dedent=False)
    assert [problem.kind for problem in found.problems] == ["unsupported"]


def test_of_circles_that_share_a_resource_one_is_told_and_long_ones_take_no_time() -> None:
    shared = resource("A", "P: !Ref B, Q: !Ref C") + resource("B", "P: !Ref A") + resource("C", "P: !Ref A")
    found, _ = circling(shared)
    (problem,) = found.problems
    began = time.perf_counter()
    names = [f"R{number}" for number in range(20_000)]
    after = dict(pairwise(names))
    chain = {name: {after.get(name, "elsewhere"): problem.span} for name in names}
    assert list(circles(chain)) == []
    ring = {name: {after.get(name, "R0"): problem.span, "R0": problem.span} for name in names}
    assert [circle[0] for circle in circles(ring)] == ["R0"]
    assert time.perf_counter() - began < 2


def test_what_a_resource_depends_on_must_be_there() -> None:
    _, problems = circling(resource("A", rest=", DependsOn: [B, C]") + resource("B"))
    assert problems == [(2, "A depends on C, but no resource is called so; define it or correct the name")]


WRONG = {
    "Ref": ["!Ref [a]", "!Ref {a: b}"],
    "Fn::Base64": ["!Base64 [a]", "!Base64 {a: b}"],
    "Fn::Cidr": ["!Cidr 10.0.0.0/8", "!Cidr [10.0.0.0/8]", "!Cidr [10.0.0.0/8, 1, 8, 8]", "!Cidr [x, 1, 8]"],
    "Fn::FindInMap": ["!FindInMap [M]", "!FindInMap [M, a]", "!FindInMap M", "!FindInMap [M, a, b, {}, c]"],
    "Fn::GetAZs": [],  # which takes anything
    "Fn::GetAtt": ["!GetAtt Bucket", "!GetAtt [Bucket]", "!GetAtt {a: b}", "!GetAtt Nothing.Arn"],
    "Fn::If": ["!If [C]", "!If [C, a]", "!If C", "!If [C, a, b, c]"],
    "Fn::ImportValue": [],
    "Fn::Join": ["!Join [a]", "!Join a", "!Join [',', a]", "!Join [',', [a], b]"],
    "Fn::Length": ["!Length a", "!Length {a: b}"],
    "Fn::Select": ["!Select [0]", "!Select 0", "!Select [x, [a]]", "!Select [0, a]", "!Select [1, [a]]"],
    "Fn::Split": ["!Split [a]", "!Split a", "!Split ['', a]", "!Split [',', [a]]", "!Split [',', a, b]"],
    "Fn::Sub": ["!Sub [a]", "!Sub {a: b}", "!Sub ['${a}', [b]]", "!Sub ['${a}', {a: b}, c]"],
    "Fn::ToJsonString": [],
    "Fn::Transform": [],
}


def test_every_function_is_tried_with_what_it_does_not_take() -> None:
    assert WRONG.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("text", [text for texts in WRONG.values() for text in texts])
def test_wrong_arguments_are_told_at_their_line_and_the_rest_is_read(text: str) -> None:
    found = template(text, "Mappings: {M: {a: {b: c}}}\nConditions: {C: !Equals [a, a]}\n")
    ((kind, line),) = [(problem.kind, problem.span.line) for problem in found.problems]
    assert (kind, line) == ("syntax", 10)
    assert isinstance(the_property(found), Unknown)
    assert [each.address for each in found.resources] == ["Bucket", "It"]


@pytest.mark.parametrize(
    ("section", "count", "most"), [("Parameters", 201, 200), ("Mappings", 201, 200), ("Outputs", 201, 200)]
)
def test_what_there_is_too_much_of_is_told_and_judged(section: str, count: int, most: int) -> None:
    body = {"Parameters": "{Type: String}", "Mappings": "{a: {b: c}}", "Outputs": "{Value: x}"}[section]
    members = [f"  M{number}: {body}\n" for number in range(count)]
    tail = "Resources:\n" + resource("A")
    found = configuration(f"{section}:\n{''.join(members)}{tail}", dedent=False)
    (problem,) = found.problems
    assert (problem.kind, problem.span.line) == ("limit", 1)
    assert f"{count} {section.lower()}, but CloudFormation takes at most {most}" in problem.message
    assert len(found.resources) == 1
    assert configuration(f"{section}:\n{''.join(members[1:])}{tail}", dedent=False).problems == ()


def test_a_loop_that_makes_too_many_resources_is_told_and_what_it_makes_judged() -> None:
    began = time.perf_counter()
    values = ", ".join(f"v{number}" for number in range(10_001))
    found = configuration(
        "Transform: AWS::LanguageExtensions\nResources:\n"
        f"  Fn::ForEach::Many: [V, [{values}], {{'R${{V}}': {{Type: AWS::X::Y, Properties: {{P: !Ref V}}}}}}]\n",
        dedent=False,
    )
    assert [(problem.kind, problem.span.line) for problem in found.problems] == [("limit", 2)]
    assert "10,001 resources" in found.problems[0].message
    assert len(found.resources) == 10_001
    assert time.perf_counter() - began < 5


def test_a_template_over_one_megabyte_is_told_and_judged() -> None:
    tail = "Resources:\n" + resource("A")
    filled = "# " + "x" * (1024 * 1024 - len(tail) - 3) + "\n"
    assert configuration(filled + tail, dedent=False).problems == ()
    found = configuration("#" + filled + tail, dedent=False)
    assert [(problem.kind, problem.span.line) for problem in found.problems] == [("limit", 1)]
    assert "1,048,577 bytes" in found.problems[0].message
    assert len(found.resources) == 1
