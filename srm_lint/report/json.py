"""A scan in, the stable JSON report out. Its shape is published in `findings.schema.json`."""

from __future__ import annotations

from msgspec.structs import asdict

from srm_lint.model.finding import Finding, Scan, Suppression
from srm_lint.model.responsibility import Responsibility
from srm_lint.report import Options
from srm_lint.report.controls import as_json, controls
from srm_lint.report.document import Json, encoded, location, problem_of
from srm_lint.report.tally import summary

SCHEMA_VERSION = "1"
"""Changes when a reader of the old shape would misread the new one; new keys alone do not change it."""


def render(scan: Scan, options: Options) -> str:
    """Write fails, unknowns and what is ignored; passes too where `options.show` has "passed"."""
    findings = scan.findings + (scan.passed if "passed" in options.show else ())
    return encoded(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "srm-lint", "version": options.version},
            "findings": [_finding(finding) for finding in findings],
            "problems": [problem_of(problem) for problem in scan.problems],
            "controls": as_json(controls(scan, options.controls)),
            "summary": asdict(summary(scan)),
        }
    )


def _finding(finding: Finding) -> Json:
    policy, entity = finding.policy, finding.entity
    return {
        "policy": policy.id,
        "title": policy.title,
        "severity": policy.severity.label,
        "outcome": finding.outcome.value,
        "basis": finding.basis.value,
        "message": finding.message,
        "resource": {
            "address": entity.resource.address,
            "construct": entity.resource.construct or None,
            "type": entity.resource.type,
            "kind": entity.kind,
            "language": entity.language.value,
            "location": location(entity.resource.span),
        },
        "location": location(finding.primary),
        "related": [{"message": note.message, "location": location(note.span)} for note in finding.related],
        "instances": list(finding.instances),
        "variable_sets": list(finding.variable_sets),
        "responsibility": _responsibility(finding.responsibility),
        "remediation": policy.remediation.get(entity.language),
        "citations": [{"title": citation.title, "url": citation.url} for citation in policy.citations],
        "controls": {standard: list(controls) for standard, controls in policy.controls.items()},
        "fingerprint": finding.fingerprint,
        "suppression": _suppression(finding.suppression),
    }


def _responsibility(responsibility: Responsibility) -> Json:
    return {
        "owner": responsibility.owner.value,
        "provider": responsibility.provider,
        "service": responsibility.service,
        "service_model": responsibility.service_model.value,
        "item": responsibility.item,
        "layer": responsibility.layer.value,
        "accountable": responsibility.accountable,
        "team": responsibility.team,
        "says": responsibility.says,
        "provider_does": responsibility.provider_does,
        "customer_does": responsibility.customer_does,
        "url": responsibility.url,
    }


def _suppression(suppression: Suppression | None) -> Json:
    if suppression is None:
        return None
    return {"reason": suppression.reason, "location": location(suppression.span)}
