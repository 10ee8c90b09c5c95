"""A finding in, the SARIF rule of its policy out: what code scanning shows beside an alert.

Only this module knows GitHub's properties of a rule:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from srm_lint.model.finding import Finding
from srm_lint.model.policy import Policy, Severity
from srm_lint.model.resource import Language
from srm_lint.model.responsibility import Responsibility
from srm_lint.report.document import Json
from srm_lint.report.markup import link, plain
from srm_lint.report.owner import owner_line
from srm_lint.report.visible import clipped, visible

LEVELS: Mapping[Severity, str] = MappingProxyType(
    {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
)
# GitHub: over 9.0 is critical, from 7.0 to 8.9 high, from 4.0 to 6.9 medium, from 0.1 to 3.9 low.
_SCORES: Mapping[Severity, str] = MappingProxyType(
    {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0"}
)
_LANGUAGES: Mapping[Language, str] = MappingProxyType(
    {Language.TERRAFORM: "Terraform", Language.CLOUDFORMATION: "CloudFormation"}
)
_LIMIT = 1024
"""GitHub takes no longer descriptions."""


def rule(finding: Finding) -> Json:
    """Describe the policy of `finding`, with the owner that this finding cites."""
    policy, responsibility = finding.policy, finding.responsibility
    title, why = visible(policy.title), visible(policy.why)
    url = next((citation.url for citation in policy.citations), responsibility.url)
    return {
        "id": policy.id,
        "name": "".join(word.capitalize() for word in policy.id.split("-")),
        "shortDescription": {"text": clipped(title, _LIMIT)},
        "fullDescription": {"text": clipped(why, _LIMIT)},
        "help": {
            "text": "\n\n".join(_help(policy, responsibility)),
            "markdown": "\n\n".join(_markdown(policy, responsibility)),
        },
        **({"helpUri": url} if url.startswith(("https://", "http://")) else {}),
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
        "properties": {
            "security-severity": _SCORES[policy.severity],
            "precision": "high",
            "tags": ["security", policy.service, f"owner:{responsibility.owner}"],
        },
    }


def _fixes(policy: Policy) -> Iterator[tuple[str, str]]:
    for language, fix in policy.remediation.items():
        yield _LANGUAGES[language], fix


def _help(policy: Policy, responsibility: Responsibility) -> Iterator[str]:
    yield visible(policy.why)
    for language, fix in _fixes(policy):
        yield f"Fix in {language}: {visible(fix)}"
    yield f"Owner: {visible(owner_line(responsibility))}"
    for citation in policy.citations:
        yield f"See: {visible(citation.title)} {visible(citation.url)}"


def _markdown(policy: Policy, responsibility: Responsibility) -> Iterator[str]:
    yield plain(policy.why)
    for language, fix in _fixes(policy):
        yield f"**Fix in {language}:** {plain(fix)}"
    yield f"**Owner:** {plain(owner_line(responsibility))} {link('source', responsibility.url)}"
    if policy.citations:
        yield "\n".join(f"- {link(citation.title, citation.url)}" for citation in policy.citations)
