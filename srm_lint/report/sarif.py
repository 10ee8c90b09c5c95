"""A scan in, a SARIF 2.1.0 log out: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

GitHub takes every result for an open alert, whatever its `kind`, and does not heed `suppressions`
(https://github.com/microsoft/PSRule/issues/955, https://github.com/github/codeql-action/issues/1230). So only failures
are results, unless unknown or ignored ones are asked for; what is unknown is then still said, in a notification.
Paths outside the working directory keep their `../`, which GitHub cannot match: scan from the repository's root.
"""

from __future__ import annotations

from urllib.parse import quote

from msgspec.structs import asdict

from srm_lint.model.finding import Finding, Scan, Suppression
from srm_lint.model.policy import Outcome
from srm_lint.model.source import Problem, Span
from srm_lint.report import Options
from srm_lint.report.document import Json, encoded
from srm_lint.report.owner import owner_line
from srm_lint.report.rules import LEVELS, rule
from srm_lint.report.tally import is_shown, missing_inputs, summary
from srm_lint.report.visible import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
MAX_REASONS = 20


def render(scan: Scan, options: Options) -> str:
    """Write one run: failures, and unknown and ignored findings where `options.show` asks for them."""
    shown = [finding for finding in scan.findings if is_shown(finding, options.show)]
    first = {finding.policy.id: finding for finding in reversed(shown)}
    rules = sorted(first)
    kinds = sorted({problem.kind for problem in scan.problems})
    notifications = [_notification(problem, kinds.index(problem.kind)) for problem in scan.problems]
    if "unknown" not in options.show:
        notifications += _unknown(scan)
    return encoded(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "srm-lint",
                            **({"version": options.version} if options.version else {}),
                            "rules": [rule(first[policy]) for policy in rules],
                            **({"notifications": [{"id": kind} for kind in kinds]} if kinds else {}),
                        }
                    },
                    "columnKind": "unicodeCodePoints",
                    "originalUriBaseIds": {ROOT: {"description": {"text": "The working directory of the scan."}}},
                    "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
                    "results": [_result(finding, rules.index(finding.policy.id)) for finding in shown],
                    "properties": {"summary": asdict(summary(scan))},
                }
            ],
        }
    )


def message(text: str) -> Json:
    """A message object that reads as `text`.

    Braces are doubled (section 3.11.5), and what would be an embedded link (section 3.11.6) is broken.
    """
    return {"text": visible(text).replace("{", "{{").replace("}", "}}").replace("](", "] (") or " "}


def _result(finding: Finding, index: int) -> Json:
    result: dict[str, Json] = {
        "ruleId": finding.policy.id,
        "ruleIndex": index,
        # Section 3.27.10: a kind other than fail has the level none.
        "kind": "open" if finding.outcome is Outcome.UNKNOWN else "fail",
        "level": "none" if finding.outcome is Outcome.UNKNOWN else LEVELS[finding.policy.severity],
        "message": message(f"{finding.message}. {owner_line(finding.responsibility)}"),
        "locations": [_resource_location(finding)],
        "partialFingerprints": {"srmLint/v1": finding.fingerprint},
        "properties": {
            "basis": finding.basis.value,
            "owner": finding.responsibility.owner.value,
            "instances": [visible(address) for address in finding.instances],
            **({"variableSets": [visible(name) for name in finding.variable_sets]} if finding.variable_sets else {}),
        },
    }
    if related := _related(finding):
        result["relatedLocations"] = related
    if finding.suppression:
        result["suppressions"] = [_suppression(finding.suppression)]
    return result


def _resource_location(finding: Finding) -> Json:
    resource = finding.entity.resource
    names = (("resource", resource.address), ("construct", resource.construct))
    return {
        "physicalLocation": _physical(finding.primary),
        "logicalLocations": [{"fullyQualifiedName": visible(name), "kind": kind} for kind, name in names if name],
    }


def _related(finding: Finding) -> list[Json]:
    places = [(note.message, note.span) for note in finding.related]
    resource = finding.entity.resource
    if resource.span not in {finding.primary, *(span for _, span in places)}:
        places.append((f"{resource.address} is declared here", resource.span))
    return [
        {"id": number, "message": message(text), "physicalLocation": _physical(span)}
        for number, (text, span) in enumerate(places, 1)
    ]


def _suppression(suppression: Suppression) -> Json:
    return {
        "kind": "inSource",
        "justification": visible(suppression.reason) or "no reason is given",
        "location": {"physicalLocation": _physical(suppression.span)},
    }


def _notification(problem: Problem, index: int) -> Json:
    return {
        "level": "error",
        "descriptor": {"id": problem.kind, "index": index},
        "message": message(problem.message),
        "locations": [{"physicalLocation": _physical(problem.span)}],
    }


def _unknown(scan: Scan) -> list[Json]:
    """What the results leave out, in a notification for each missing input."""
    return [
        {"level": "note", "message": message(f"{count} unknown, because: {reason}")}
        for reason, count in missing_inputs(scan, MAX_REASONS)
    ]


def _physical(span: Span) -> Json:
    return {
        "artifactLocation": {"uri": uri(span.source), "uriBaseId": ROOT},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def uri(path: str) -> str:
    """`path` as a relative URI reference: percent-encoded (RFC 3986), colons too, lest a folder pass for a scheme."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    return quote(data, safe="/~!$&'()*+,;=@") or "."
