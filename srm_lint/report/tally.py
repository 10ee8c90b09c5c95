"""A scan in, its numbers out, so that all formats count alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from srm_lint.model.finding import Finding, Scan
from srm_lint.model.policy import Outcome
from srm_lint.model.responsibility import Owner
from srm_lint.model.value import Origin, Unknown
from srm_lint.report.owner import provider_name


class Summary(Struct, frozen=True):
    """The counts of one scan. Ignored findings count only as ignored."""

    failed: int
    unknown: int
    passed: int
    passed_on_default: int
    ignored: int
    resources: int
    files: int


def is_shown(finding: Finding, show: frozenset[str]) -> bool:
    """Whether a report of failures has this finding: fails always, ignored and unknown ones where asked for."""
    if finding.suppression is not None:
        return "ignored" in show
    return finding.outcome is not Outcome.UNKNOWN or "unknown" in show


def summary(scan: Scan) -> Summary:
    """Count what `scan` holds."""
    counted = [finding for finding in scan.findings if finding.suppression is None]
    failed = sum(finding.outcome is Outcome.FAIL for finding in counted)
    return Summary(
        failed=failed,
        unknown=len(counted) - failed,
        passed=len(scan.passed),
        passed_on_default=sum(finding.basis is Origin.DEFAULT for finding in scan.passed),
        ignored=len(scan.findings) - len(counted),
        resources=sum(scan.kinds.values()),
        files=scan.files,
    )


def sides(scan: Scan) -> Mapping[str, int]:
    """How many failures each side has to fix: "Yours to fix", "Shared", then each provider by its name."""
    providers = dict.fromkeys(provider_name(finding.responsibility.provider) for finding in scan.findings + scan.passed)
    counts = dict.fromkeys(("Yours to fix", "Shared", *(providers or ("Provider",))), 0)
    for finding in scan.findings:
        if finding.outcome is Outcome.FAIL and finding.suppression is None:
            counts[_side(finding)] += 1
    return counts


def _side(finding: Finding) -> str:
    match finding.responsibility.owner:
        case Owner.CUSTOMER:
            return "Yours to fix"
        case Owner.SHARED:
            return "Shared"
        case Owner.PROVIDER:
            return provider_name(finding.responsibility.provider)


def missing_inputs(scan: Scan, most: int) -> list[tuple[str, int]]:
    """Why outcomes are unknown, most frequent first: each missing input and how many outcomes it leaves open.

    After the first `most`, the rest is one more entry.
    """
    counts = Counter(
        _missing(finding)
        for finding in scan.findings
        if finding.outcome is Outcome.UNKNOWN and finding.suppression is None
    )
    reasons = counts.most_common()
    named, rest = reasons[:most], reasons[most:]
    if rest:
        named.append((counted(len(rest), "other reason"), sum(count for _, count in rest)))
    return named


def _missing(finding: Finding) -> str:
    """What the first open value lacks; the finding's own words where no value says so."""
    reasons = (piece.value.reason for piece in finding.evidence if isinstance(piece.value, Unknown))
    return next(reasons, finding.message)


def counted(number: int, noun: str) -> str:
    """`number` and `noun`, in the plural where it is not one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
