"""A scan and frameworks in, how each of their controls stands out: what its policies found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from srm_lint.model.finding import Finding, Scan
from srm_lint.model.policy import Outcome
from srm_lint.report.document import Json


class Control(Struct):
    """One control of a framework: outcomes counted, ignored ones apart, and the policies that were asked."""

    framework: str
    name: str
    failed: int = 0
    unknown: int = 0
    passed: int = 0
    ignored: int = 0
    policies: tuple[str, ...] = ()

    def add(self, finding: Finding) -> None:
        """Counts one finding."""
        if finding.suppression is not None:
            self.ignored += 1
        elif finding.outcome is Outcome.FAIL:
            self.failed += 1
        elif finding.outcome is Outcome.UNKNOWN:
            self.unknown += 1
        else:
            self.passed += 1
        if finding.policy.id not in self.policies:
            self.policies = (*self.policies, finding.policy.id)


def controls(scan: Scan, frameworks: Iterable[str]) -> list[Control]:
    """The controls of `frameworks` that the findings and passes of `scan` are about, in order."""
    found: dict[tuple[str, str], Control] = {}
    for finding in (*scan.findings, *scan.passed):
        for framework in frameworks:
            for name in finding.policy.controls.get(framework, ()):
                found.setdefault((framework, name), Control(framework, name)).add(finding)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], natural(key[1])))]


def natural(name: str) -> list[tuple[int, str]]:
    """What sorts names of controls as people do: S3.8 before S3.13."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in name.replace(".", " . ").split()]


def lines(found: Iterable[Control]) -> Iterator[str]:
    """A table of controls, framework by framework, for people."""
    by_framework: dict[str, list[Control]] = defaultdict(list)
    for control in found:
        by_framework[control.framework].append(control)
    for framework, listed in by_framework.items():
        yield f"Controls of {framework}:"
        wide = max(len(control.name) for control in listed)
        for control in listed:
            counts = f"{control.failed} failed, {control.unknown} unknown, {control.passed} passed"
            ignored = f", {control.ignored} ignored" if control.ignored else ""
            yield f"  {control.name:<{wide}}  {counts}{ignored}  ({', '.join(control.policies)})"
        yield ""


def as_json(found: Iterable[Control]) -> Json:
    """The same for programs."""
    return [
        {
            "framework": control.framework,
            "control": control.name,
            "failed": control.failed,
            "unknown": control.unknown,
            "passed": control.passed,
            "ignored": control.ignored,
            "policies": [*control.policies],
        }
        for control in found
    ]
