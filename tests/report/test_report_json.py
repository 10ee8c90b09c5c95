"""The JSON report: its shape is the published schema's, and no text breaks it."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from scans_by_hand import BUCKET, MAIN, POLICY, at, evidence, finding, hostile, passed_through, scan, unknown

import srm_lint.report
from srm_lint.model.finding import Scan, Suppression
from srm_lint.model.policy import Outcome, Severity
from srm_lint.model.resource import Language
from srm_lint.model.responsibility import Layer, Owner, ServiceModel
from srm_lint.model.source import Problem, ProblemKind, Span
from srm_lint.model.value import Origin
from srm_lint.report import FORMATS, Options, render

SCHEMA = json.loads((Path(srm_lint.report.__file__).parent / "findings.schema.json").read_text("utf-8"))
ALL = Options(show=frozenset({"unknown", "passed", "ignored"}), version="1.2.3")


def report(scanned: Scan, options: Options = ALL) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(scanned, "json", options))
    Draft202012Validator(SCHEMA).validate(document)
    return document


def mixed() -> Scan:
    suppression = Suppression(Span("main.tf", 4, 1, 4, 2), "")
    open_value = unknown(at(MAIN, "var.open_acls"), "var.open_acls has no value")
    return scan(
        passed_through(),
        finding(evidence(open_value), span=BUCKET, outcome=Outcome.UNKNOWN),
        replace(passed_through(), suppression=suppression),
        problems=(Problem("missing-module", "was not found", Span("main.tf", 1, 1, 1, 1)),),
        passed=(finding(span=BUCKET, outcome=Outcome.PASS, basis=Origin.DEFAULT),),
    )


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_knows_every_word_of_the_model() -> None:
    shapes = SCHEMA["$defs"]

    def words(shape: str, key: str) -> set[str]:
        return set(shapes[shape]["properties"][key]["enum"])

    assert words("finding", "severity") == {severity.label for severity in Severity}
    assert words("finding", "outcome") == set(Outcome)
    assert words("finding", "basis") == {origin.value for origin in Origin}
    assert words("resource", "language") == set(Language)
    assert words("responsibility", "owner") == set(Owner)
    assert words("responsibility", "service_model") == set(ServiceModel)
    assert words("responsibility", "layer") == set(Layer)
    assert words("problem", "kind") == set(get_args(ProblemKind))


def test_a_finding_key_by_key() -> None:
    assert report(scan(passed_through())) == {
        "schema_version": "1",
        "tool": {"name": "srm-lint", "version": "1.2.3"},
        "findings": [
            {
                "policy": "s3-bucket-blocks-public-access",
                "title": "S3 bucket blocks public access",
                "severity": "high",
                "outcome": "fail",
                "basis": "passed",
                "message": "block_public_acls is false",
                "resource": {
                    "address": "aws_s3_bucket.logs",
                    "construct": None,
                    "type": "aws_s3_bucket",
                    "kind": "s3.bucket",
                    "language": "terraform",
                    "location": {"path": "main.tf", "line": 5, "column": 1, "end_line": 7, "end_column": 2},
                },
                "location": {"path": "main.tf", "line": 2, "column": 13, "end_line": 2, "end_column": 18},
                "related": [
                    {
                        "message": "passed here",
                        "location": {"path": "main.tf", "line": 11, "column": 23, "end_line": 11, "end_column": 36},
                    }
                ],
                "instances": ["aws_s3_bucket.logs"],
                "variable_sets": [],
                "responsibility": {
                    "owner": "customer",
                    "provider": "aws",
                    "service": "s3",
                    "service_model": "paas",
                    "item": "public-access",
                    "layer": "data",
                    "accountable": "data",
                    "team": None,
                    "says": "You own this.",
                    "provider_does": "Runs the storage.",
                    "customer_does": "Decide who may reach it.",
                    "url": "https://docs.aws.amazon.com/s3",
                },
                "remediation": "Set all four arguments to true.",
                "citations": [
                    {"title": "Blocking public access", "url": "https://docs.aws.amazon.com/AmazonS3/bpa.html"}
                ],
                "controls": {"aws-fsbp": ["S3.8"]},
                "fingerprint": passed_through().fingerprint,
                "suppression": None,
            }
        ],
        "problems": [],
        "controls": [],
        "summary": {
            "failed": 1,
            "unknown": 0,
            "passed": 0,
            "passed_on_default": 0,
            "ignored": 0,
            "resources": 3,
            "files": 1,
        },
    }


def test_passes_come_on_request_and_ignored_ones_always() -> None:
    outcomes = [one["outcome"] for one in report(mixed())["findings"]]
    assert outcomes == ["fail", "unknown", "fail", "pass"]
    document = report(mixed(), Options())
    assert [one["outcome"] for one in document["findings"]] == ["fail", "unknown", "fail"]
    assert document["findings"][2]["suppression"] == {
        "reason": "",
        "location": {"path": "main.tf", "line": 4, "column": 1, "end_line": 4, "end_column": 2},
    }
    counts = {"failed": 1, "unknown": 1, "passed": 1, "passed_on_default": 1, "ignored": 1, "resources": 3, "files": 1}
    assert document["summary"] == counts


def test_problems_are_listed() -> None:
    assert report(mixed())["problems"] == [
        {
            "kind": "missing-module",
            "message": "was not found",
            "location": {"path": "main.tf", "line": 1, "column": 1, "end_line": 1, "end_column": 1},
        }
    ]


def test_the_remediation_is_that_of_the_language() -> None:
    other = finding(span=BUCKET, language=Language.CLOUDFORMATION)
    silent = finding(span=BUCKET, policy=replace(POLICY, remediation={}))
    found = report(scan(other, silent))["findings"]
    assert [one["remediation"] for one in found] == ["Set all four members to true.", None]


def test_hostile_text_arrives_whole_and_prints_safely() -> None:
    written = render(hostile(), "json", ALL)
    assert all(line.isprintable() for line in written.split("\n"))
    assert written.encode("utf-8")
    found = report(hostile())["findings"][0]
    assert found["message"] == 'x is a["\x1b[2J\u202e\\ud800\n[x](https://evil.example) {0} <img src=x> `x` *y*"]'
    assert found["location"]["path"] == "a b/%#:é\\udc80\u202e.tf"


def test_scanned_text_cannot_command_the_runner_of_a_workflow() -> None:
    told = replace(passed_through(), instances=("##[add-mask]failed",))
    written = render(scan(told), "json", ALL)
    assert "##[" not in written
    assert json.loads(written)["findings"][0]["instances"] == ["##[add-mask]failed"]


def test_characters_outside_the_basic_plane_are_escaped_as_pairs() -> None:
    tagged = replace(passed_through(), instances=("\U000e0041", "😀"))
    written = render(scan(tagged), "json", ALL)
    assert r'"\udb40\udc41"' in written
    assert json.loads(written)["findings"][0]["instances"] == ["\U000e0041", "😀"]


def test_the_same_scan_gives_the_same_bytes() -> None:
    assert render(mixed(), "json", ALL) == render(mixed(), "json", ALL)


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no format 'xml': expected one of text, json, sarif"):
        render(scan(), "xml", ALL)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_its_text_with_a_line_end(name: str) -> None:
    assert render(mixed(), name, ALL).endswith("\n")
