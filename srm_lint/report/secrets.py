"""A scan in, the spans whose text must never be quoted out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from srm_lint.model.finding import Finding, Scan
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value


def secret_spans(scan: Scan) -> frozenset[Span]:
    """Where sensitive values are written, in any resource that was judged: a line can hold the secret of another."""
    return frozenset(_sensitive(_roots([*scan.findings, *scan.passed])))


def _roots(findings: Iterable[Finding]) -> Iterator[Value]:
    for finding in findings:
        yield finding.entity.body
        yield finding.entity.resource.body
        for evidence in finding.evidence:
            yield evidence.value


def _sensitive(roots: Iterable[Value]) -> Iterator[Span]:
    waiting = list(roots)
    # Values are shared between findings and within bodies: each is looked at once.
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if value.sensitive and not isinstance(value, Absent | Link):
            yield value.span
        waiting.extend(_inside(value))


def _inside(value: Value) -> Iterable[Value]:
    match value:
        case Object():
            return value.members.values()
        case List():
            return value.items
        case Unknown():
            return value.candidates if value.encodes is None else (*value.candidates, value.encodes)
        case Scalar() if value.encodes is not None:
            return (value.encodes,)
    return ()
