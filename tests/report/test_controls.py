"""Controls of frameworks: counted by what their policies found, in an order that people expect."""

from __future__ import annotations

import json

from msgspec.structs import replace
from scans_by_hand import passed_through, scan

from srm_lint.model.finding import Finding, Suppression
from srm_lint.model.policy import Outcome
from srm_lint.report import Options, render
from srm_lint.report.controls import controls


def about(policy: str, outcome: Outcome, **frameworks: tuple[str, ...]) -> Finding:
    one = passed_through()
    named = {name.replace("_", "-"): listed for name, listed in frameworks.items()}
    return replace(one, outcome=outcome, policy=replace(one.policy, id=policy, controls=named))


ONES = (
    about("a", Outcome.FAIL, fsbp=("S3.13", "S3.8")),
    about("b", Outcome.UNKNOWN, fsbp=("S3.8",), cis_aws=("2.1.4",)),
    replace(about("a", Outcome.FAIL, fsbp=("S3.8",)), suppression=Suppression(passed_through().primary, "why")),
)
PASSED = (about("b", Outcome.PASS, fsbp=("S3.8",)),)


def test_controls_are_counted_in_order() -> None:
    found = controls(replace(scan(), findings=ONES, passed=PASSED), ["fsbp"])
    assert [(each.name, each.failed, each.unknown, each.passed, each.ignored) for each in found] == [
        ("S3.8", 1, 1, 1, 1),
        ("S3.13", 1, 0, 0, 0),
    ]
    assert found[0].policies == ("a", "b")


def test_reports_tell_the_frameworks_that_are_asked_for() -> None:
    one = replace(scan(), findings=ONES, passed=PASSED)
    text = render(one, "text", Options(controls=("fsbp",)))
    assert "Controls of fsbp:" in text
    assert "  S3.8   1 failed, 1 unknown, 1 passed, 1 ignored  (a, b)" in text
    assert "cis-aws" not in text
    document = json.loads(render(one, "json", Options(controls=("cis-aws",))))
    assert [(each["framework"], each["control"], each["unknown"]) for each in document["controls"]] == [
        ("cis-aws", "2.1.4", 1)
    ]
    assert json.loads(render(one, "json", Options()))["controls"] == []
