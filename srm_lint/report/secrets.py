"""A scan in, the spans whose text must never be quoted out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from srm_lint.model.finding import Finding, Scan
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, Value, every_value


def secret_spans(scan: Scan) -> frozenset[Span]:
    """Where sensitive values are written, in any resource that was judged: a line can hold the secret of another."""
    values = every_value(_roots([*scan.findings, *scan.passed]))
    return frozenset(value.span for value in values if value.sensitive and not isinstance(value, Absent | Link))


def _roots(findings: Iterable[Finding]) -> Iterator[Value]:
    for finding in findings:
        yield finding.entity.body
        yield finding.entity.resource.body
        for evidence in finding.evidence:
            yield evidence.value
