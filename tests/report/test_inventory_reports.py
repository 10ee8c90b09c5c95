"""`show`: every value with its place and origin, no secret, and never more than a bounded amount."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import msgspec
import pytest

from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.resource import Configuration, Language, Provider, Requirement, Resource
from srm_lint.model.source import Problem, Source, Span
from srm_lint.model.value import Absent, Link, List, Object, Origin, Scalar, Unknown, Value
from srm_lint.report import inventory
from srm_lint.report.inventory import Shown, render

SCHEMA = json.loads((Path(inventory.__file__).parent / "inventory.schema.json").read_text("utf-8"))
SECRET = "hunter2-never-shown"
HERE = Span("main.tf", 3, 5, 3, 9)
HOP = Span("env/main.tf", 7, 2, 7, 4)


def scalar(data: str | bool | int | Decimal | None, **also: object) -> Scalar:
    return Scalar(span=HERE, data=data, **also)  # type: ignore[arg-type]  # a shorthand


def shown(only: frozenset[str] | None = None, exists: Value | None = None, **members: Value) -> Shown:
    body = Object(span=HERE, members=members)
    resource = Resource("aws_x.y", "aws_x", body, HERE, exists or scalar(True))
    entity = Entity("x.thing", resource, Language.TERRAFORM, body, only)
    problem = Problem("syntax", "expected a block", HERE)
    configuration = Configuration(
        Language.TERRAFORM, "env", {"main.tf": Source("main.tf", "")}, (resource,), (), (problem,)
    )
    elsewhere = Problem("unreadable", "does not exist", Span("nowhere", 1, 1, 1, 1))
    return Shown([(configuration, Inventory({"aws_x.y": entity}))], [elsewhere], "0.0.1")


def document(what: Shown) -> dict[str, dict[str, object]]:
    read = json.loads(render(what, "json"))
    jsonschema.validate(read, SCHEMA)
    attributes: dict[str, dict[str, object]] = read["configurations"][0]["entities"][0]["attributes"]
    return attributes


EVERY = {
    "text": scalar("a\x1b[31mb"),
    "passed": scalar(True, trace=(HOP,), origin=Origin.PASSED),
    "default": scalar(7, origin=Origin.DEFAULT),
    "half": scalar(Decimal("0.5")),
    "huge": scalar(10**400),
    "nothing": scalar(None),
    "empty": Object(span=HERE, members={}),
    "nested": Object(span=HERE, members={"list": List(span=HERE, items=(scalar(1), scalar("x")), unordered=True)}),
    "open": Unknown(span=HERE, reason="var.x has no value", references=("var.x",), pieces=("a", None)),
    "either": Unknown(span=HERE, reason="it depends", candidates=(scalar(True), scalar(False))),
    "encoded": scalar('{"a":1}', encodes=Object(span=HERE, members={"a": scalar(1)})),
    "absent": Absent(span=HERE),
    "link": Link(span=HERE, address="aws_kms_key.k"),
}


def test_json_holds_every_value_with_place_origin_and_reason() -> None:
    read = document(shown(**EVERY))
    assert list(read) == list(EVERY)
    place = {"path": "main.tf", "line": 3, "column": 5, "end_line": 3, "end_column": 9}
    assert all(value["location"] == place for value in read.values())
    assert read["passed"]["origin"] == "passed"
    assert read["passed"]["trace"] == [{"path": "env/main.tf", "line": 7, "column": 2, "end_line": 7, "end_column": 4}]
    assert (read["default"]["origin"], read["default"]["value"]) == ("default", 7)
    assert read["half"]["value"] == 0.5
    assert (read["open"]["reason"], read["open"]["references"], read["open"]["pieces"]) == (
        "var.x has no value",
        ["var.x"],
        ["a", None],
    )
    assert [candidate["value"] for candidate in read["either"]["candidates"]] == [True, False]  # type: ignore[attr-defined]
    assert read["encoded"]["encodes"]["members"]["a"]["value"] == 1  # type: ignore[index]
    assert (read["link"]["type"], read["link"]["to"]) == ("link", "aws_kms_key.k")
    assert read["absent"]["type"] == "absent"


class Pending(Unknown, frozen=True, kw_only=True):
    """An unknown of a reader's own kind."""


def test_an_unknown_of_a_readers_own_kind_is_an_unknown() -> None:
    assert document(shown(later=Pending(span=HERE, reason="after apply")))["later"]["type"] == "unknown"


def test_text_has_a_line_for_each_value() -> None:
    told = render(shown(**EVERY), "text")
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in told.splitlines() if line.startswith("  ")}
    assert lines["text"] == r'"a\x1b[31mb" main.tf:3:5'
    assert lines["passed"] == "true main.tf:3:5, passed at env/main.tf:7:2"
    assert lines["default"] == "7 provider's default"
    assert lines["nested.list[1]"] == '"x" main.tf:3:5'
    assert lines["open"] == "unknown main.tf:3:5: var.x has no value"
    assert lines["either"] == "one of true, false main.tf:3:5: it depends"
    assert lines["absent"] == "absent main.tf:3:5"
    assert lines["link"] == "-> aws_kms_key.k main.tf:3:5"
    assert lines["nothing"].startswith("null")
    assert "problem[unreadable] nowhere:1:1: does not exist" in told
    assert told.endswith("1 entities in 1 configurations. Problems: 2.\n")


SECRETS = {
    "plain": scalar(SECRET, sensitive=True),
    "whole": Object(span=HERE, members={"a": scalar(SECRET)}, sensitive=True),
    "inside": Object(span=HERE, members={"a": List(span=HERE, items=(scalar(SECRET, sensitive=True),))}),
    "encoded": scalar(f"x{SECRET}x", encodes=Object(span=HERE, members={"a": scalar(SECRET, sensitive=True)})),
    "pieces": Unknown(span=HERE, reason="r", pieces=(SECRET, None), sensitive=True),
    "one_of": Unknown(span=HERE, reason="r", candidates=(scalar(SECRET, sensitive=True), scalar("open"))),
    "gaps": Unknown(
        span=HERE, reason="r", pieces=(SECRET, None), encodes=List(span=HERE, items=(scalar(SECRET, sensitive=True),))
    ),
}


def test_scanned_text_cannot_command_the_runner_of_a_workflow() -> None:
    written = render(shown(**{"::error::name": scalar("##[error]value")}), "text")
    assert r"  \x3a:error::name" in written
    assert "##[" not in written


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("name", list(SECRETS))
def test_no_secret_is_printed(name: str, format_: str) -> None:
    told = render(shown(**{name: SECRETS[name]}), format_)
    assert SECRET not in told
    assert "(sensitive)" in told


def test_shared_values_do_not_multiply_without_end() -> None:
    value: Value = scalar("leaf")
    for _ in range(30):
        value = List(span=HERE, items=(value, value))
    sizes = {format_: len(render(shown(bomb=value), format_)) for format_ in ("json", "text")}
    assert sizes["json"] < 15_000_000
    assert sizes["text"] < 1_000_000
    told = render(shown(bomb=value), "text")
    assert told.count("… and more") == 1
    for _ in range(30):
        value = List(span=HERE, items=(value,))
    told = render(shown(deep=value), "text")
    assert "[…]" in told
    wide = List(span=HERE, items=(scalar("x"),) * 100_000)
    assert document(shown(wide=wide))["wide"]["items"][-1] == {"type": "omitted"}  # type: ignore[index]


def test_of_a_part_without_its_owner_only_what_it_says_is_shown() -> None:
    what = shown(only=frozenset({"told"}), told=scalar(1), other=Unknown(span=HERE, reason="elsewhere"))
    assert list(document(what)) == ["told"]
    assert "other" not in render(what, "text")


def test_what_may_not_exist_says_so() -> None:
    maybe = Unknown(span=HERE, reason="var.n has no value")
    assert "(exists)" in render(shown(exists=maybe), "text")
    assert "(exists)" not in render(shown(), "text")


def test_providers_and_their_versions_are_told() -> None:
    one = shown()
    ((configuration, entities),) = one.inventories
    entity = entities.entities["aws_x.y"]
    provider = Provider("aws.west", scalar("us-west-2"), Absent(span=HERE))
    resource = msgspec.structs.replace(entity.resource, provider=provider)
    requirement = Requirement("aws", "hashicorp/aws", "~> 5.0", "", HERE)
    configuration = msgspec.structs.replace(configuration, requirements=(requirement,))
    inventory = Inventory({"aws_x.y": msgspec.structs.replace(entity, resource=resource)})
    document = json.loads(render(msgspec.structs.replace(one, inventories=[(configuration, inventory)]), "json"))
    jsonschema.validate(document, SCHEMA)
    (told,) = document["configurations"]
    assert told["entities"][0]["provider"]["name"] == "aws.west"
    assert told["entities"][0]["provider"]["region"]["value"] == "us-west-2"
    assert {key: told["requirements"][0][key] for key in ("name", "source", "versions", "locked")} == {
        "name": "aws",
        "source": "hashicorp/aws",
        "versions": "~> 5.0",
        "locked": None,
    }
