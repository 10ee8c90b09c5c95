"""A scan in, the report for people out: findings with quoted lines, problems, what is unknown, a line of numbers."""

from __future__ import annotations

from collections.abc import Iterator

from srm_lint.model.finding import Finding, Scan
from srm_lint.model.source import Problem
from srm_lint.model.value import Origin
from srm_lint.report import Options
from srm_lint.report.controls import controls
from srm_lint.report.controls import lines as control_lines
from srm_lint.report.ink import Ink
from srm_lint.report.owner import owner_line
from srm_lint.report.problems import by_kind
from srm_lint.report.snippet import Mark, Quotes, gutter, place, snippet
from srm_lint.report.tally import counted, is_shown, missing_inputs, sides, summary
from srm_lint.report.visible import clipped, inert, visible, wrapped

MAX_PLACES = 6
"""How many places of one finding are quoted; the json format has them all."""
MAX_REASONS = 5
MAX_NAMED = 3
MAX_NAME = 200
_LABEL = 8


def render(scan: Scan, options: Options) -> str:
    """Write the report: failures in full, the rest counted, or in full too where `options.show` asks for it."""
    ink = Ink(options.color)
    quotes = Quotes(scan.sources)
    lines: list[str] = []
    for finding in scan.findings:
        if is_shown(finding, options.show):
            lines.extend(_finding(finding, quotes, options.width, ink))
    for told, rest in by_kind(scan.problems, ink):
        for problem in told:
            lines.extend(_problem(problem, quotes, options.width, ink))
        lines += [rest, ""] if rest else []
    if "passed" in options.show and scan.passed:
        lines += [*(_passed(finding, ink) for finding in scan.passed), ""]
    if "unknown" not in options.show:
        lines.extend(_unknown(scan, ink))
    lines.extend(visible(line) for line in control_lines(controls(scan, options.controls)))
    lines.append(_numbers(scan, ink))
    return inert("\n".join(lines) + "\n")


def _finding(finding: Finding, quotes: Quotes, width: int, ink: Ink) -> Iterator[str]:
    policy = finding.policy
    word = "ignored" if finding.suppression else finding.outcome.value
    title = ink(f"{visible(policy.title)} ({policy.severity.label})", "strong")
    marks = [Mark(finding.primary, finding.message, primary=True)]
    marks += [Mark(note.span, note.message) for note in finding.related]
    yield f"{ink(f'{word}[{visible(policy.id)}]', word)} {title}"
    yield from snippet(marks[:MAX_PLACES], quotes, width, ink, word)
    margin = " " * (gutter(marks[:MAX_PLACES]) + 1)
    for label, text in _rows(finding, hidden=len(marks) - MAX_PLACES):
        frame = f"{margin}{ink('=', 'frame')} {ink(f'{label:<{_LABEL}}', 'strong')}  "
        for line in wrapped(visible(text), max(40, width - len(margin) - _LABEL - 4)):
            yield f"{frame}{line}".rstrip()
            frame = margin + " " * (_LABEL + 4)
    yield ""


def _rows(finding: Finding, hidden: int) -> Iterator[tuple[str, str]]:
    """What stands below the quoted lines: labels and texts."""
    policy, resource, responsibility = finding.policy, finding.entity.resource, finding.responsibility
    yield "resource", f"{clipped(resource.address, MAX_NAME)}, {place(resource.span)}"
    if len(finding.instances) > 1:
        yield "reaches", _reach(finding.instances)
    if finding.variable_sets:
        yield "under", f"the variables of {', '.join(clipped(name, MAX_NAME) for name in finding.variable_sets)}"
    if hidden > 0:
        yield "also", f"{counted(hidden, 'more place')} (--format json has them all)"
    if finding.suppression:
        reason = finding.suppression.reason or "no reason is given"
        yield "ignored", f"{reason}, {place(finding.suppression.span)}"
    yield "owner", f"{owner_line(responsibility)}  {responsibility.url}".rstrip()
    yield "why", policy.why
    if fix := policy.remediation.get(finding.entity.language):
        yield "fix", fix
    for citation in policy.citations:
        yield "see", f"{citation.title}  {citation.url}"


def _reach(instances: tuple[str, ...]) -> str:
    named = ", ".join(clipped(address, MAX_NAME) for address in instances[:MAX_NAMED])
    more = len(instances) - MAX_NAMED
    return f"{len(instances)} resources: {named}" + (f" … (+{more} more)" if more > 0 else "")


def _problem(problem: Problem, quotes: Quotes, width: int, ink: Ink) -> Iterator[str]:
    yield f"{ink(f'problem[{problem.kind}]', 'problem')} {ink(visible(problem.message), 'strong')}"
    mark = Mark(problem.span, "", primary=True)
    if quotes.quote(problem.span, width) is None:
        yield f"{' ' * gutter([mark])}{ink('-->', 'frame')} {place(problem.span)}"
    else:
        yield from snippet([mark], quotes, width, ink, "problem")
    yield ""


def _passed(finding: Finding, ink: Ink) -> str:
    resource = finding.entity.resource
    address = visible(clipped(resource.address, MAX_NAME))
    basis = " (by the provider's default)" if finding.basis is Origin.DEFAULT else ""
    return f"{ink(f'pass[{visible(finding.policy.id)}]', 'pass')} {address}, {place(resource.span)}{basis}"


def _unknown(scan: Scan, ink: Ink) -> Iterator[str]:
    """One line for each missing input that leaves outcomes open."""
    reasons = missing_inputs(scan, MAX_REASONS)
    if not reasons:
        return
    yield f"{ink(f'{sum(count for _, count in reasons)} unknown', 'unknown')}, because:"
    digits = max(len(str(count)) for _, count in reasons)
    for reason, count in reasons:
        yield f"  {count:>{digits}}  {visible(clipped(reason, MAX_NAME))}"
    yield "  (--show unknown prints them in full)"
    yield ""


def _numbers(scan: Scan, ink: Ink) -> str:
    numbers = summary(scan)
    resting = numbers.passed_on_default
    rest = f" ({resting} {'rests on a provider default' if resting == 1 else 'rest on provider defaults'})"
    counts = (
        ink(f"{numbers.failed} failed", "fail" if numbers.failed else "strong"),
        f"{numbers.unknown} unknown",
        f"{numbers.passed} passed{rest if resting else ''} in {counted(numbers.resources, 'resource')}",
        f"{numbers.ignored} ignored. ",
    )
    owners = " ".join(f"{visible(side)}: {count}." for side, count in sides(scan).items())
    problems = f" Problems: {len(scan.problems)}." if scan.problems else ""
    return ", ".join(counts) + owners + problems
