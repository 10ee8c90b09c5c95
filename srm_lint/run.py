"""The pipeline, on one screen: read → normalize → judge. A `Request` in, a `Scan` out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

from msgspec.structs import replace

from srm_lint.discover import Target, discover
from srm_lint.judge.findings import besides, grouped, judge, told_once
from srm_lint.judge.standing import Standings
from srm_lint.judge.suppressions import Suppressions
from srm_lint.model.finding import Finding, Scan
from srm_lint.model.inventory import Inventory
from srm_lint.model.policy import Outcome
from srm_lint.model.resource import Configuration, Language
from srm_lint.model.service_map import ServiceMap
from srm_lint.model.source import Problem, Source
from srm_lint.normalize import Spelling, normalize
from srm_lint.normalize.tagged import KIND as TAGGED
from srm_lint.normalize.tagged import tagged
from srm_lint.normalize.texts import texts
from srm_lint.reading import read
from srm_lint.request import Request
from srm_lint.schema.loader import Schema
from srm_lint.secrecy import Secrecy
from srm_lint.selection import Selection


def inventories(request: Request, targets: Iterable[Target]) -> Iterator[tuple[Configuration, Inventory]]:
    """Each configuration in `targets`, and the inventory that policies see of it, secrets marked."""
    schema, secrecy = Schema(), Secrecy()
    for _, found in read(targets, request):
        yield from _inventories(found, schema, secrecy)


def _inventories(
    read: Iterable[Configuration], schema: Schema, secrecy: Secrecy
) -> Iterator[tuple[Configuration, Inventory]]:
    spelling = Spelling(schema)
    for configuration in read:
        inventory = secrecy.conceal(normalize(configuration, schema), configuration.resources)
        problems = (*configuration.problems, *spelling.problems(configuration))
        yield replace(configuration, problems=tuple(map(secrecy.told, problems))), inventory


def check(request: Request) -> Scan:
    """Judge everything under the request's paths.

    Raises `MarkedError` or `LibraryError` for a mistake in policies, the map or the catalogue; what
    is wrong with the scanned files is in the scan's problems.
    """
    tally = _Tally()
    for target, judged in _judged(request, tally.secrecy):
        tally.problems.update(dict.fromkeys(target.problems))
        for configuration, inventory, found in judged:
            tally.add(configuration, inventory, found, target.only)
    return tally.scan()


def service_map(request: Request) -> ServiceMap:
    """What lies under the request's paths, service by service, with both sides' duties. Raises as `check` does."""
    standings = Standings()
    problems: dict[Problem, None] = {}
    sources: dict[str, None] = {}
    for target, judged in _judged(request, Secrecy()):
        problems.update(dict.fromkeys(target.problems))
        for configuration, inventory, found in judged:
            problems.update(dict.fromkeys(configuration.problems))
            sources.update(dict.fromkeys(configuration.sources))
            standings.add(inventory, _suppressed(configuration, found))
    return ServiceMap(standings.services(), dict(standings.uncatalogued), tuple(problems), tuple(sources))


Judged = Iterator[tuple[Configuration, Inventory, Iterator[Finding]]]


def _judged(request: Request, secrecy: Secrecy) -> Iterator[tuple[Target, Judged]]:
    schema = Schema()
    selection = Selection(request, schema)

    def judged(held: Iterator[Configuration]) -> Judged:
        for configuration, inventory in _inventories(held, schema, secrecy):
            about = judge(inventory, selection.for_inventory(inventory), selection.cited)
            secrets = besides(about, partial(_judged_texts, configuration, selection, secrecy))
            found = chain(secrets, _judged_tags(configuration, request, selection, secrecy))
            name = configuration.variable_set
            yield configuration, inventory, (replace(each, variable_sets=(name,)) for each in found) if name else found

    for target, held in read(discover(request.paths, request.exclude), request):
        yield target, judged(held)


def _judged_texts(configuration: Configuration, selection: Selection, secrecy: Secrecy) -> Iterator[Finding]:
    """The findings about what looks like a secret, in whatever argument it is written."""
    written = texts(configuration, secrecy.places)
    return judge(written, selection.for_inventory(written), selection.cited)


def _judged_tags(
    configuration: Configuration, request: Request, selection: Selection, secrecy: Secrecy
) -> Iterator[Finding]:
    """The findings about the tags that resources carry, where anything is demanded of these."""
    if selection.concerns(TAGGED):
        exceptions = request.required_tags.exceptions if request.required_tags is not None else ()
        carriers = secrecy.conceal(tagged(configuration, exceptions))
        yield from judge(carriers, selection.for_inventory(carriers), selection.cited)


def _suppressed(configuration: Configuration, found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, with the comments that ignore them."""
    suppressions = Suppressions(configuration.comments, configuration.sources)
    for finding in found:
        suppression = None if finding.outcome is Outcome.PASS else suppressions.of(finding)
        yield finding if suppression is None else replace(finding, suppression=suppression)


class _Tally:
    """What has been found so far."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.problems: dict[Problem, None] = {}
        self.sources: dict[str, Source] = {}
        self.kinds: Counter[str] = Counter()
        self.secrecy = Secrecy()
        self._counted: set[tuple[str, str]] = set()

    def _count(self, name: str, inventory: Inventory) -> None:
        """Counts what is declared, once however many sets of variables it is read with."""
        for entity in inventory.entities.values():
            if (name, entity.resource.address) not in self._counted:
                self._counted.add((name, entity.resource.address))
                self.kinds[entity.kind] += 1

    def add(
        self, configuration: Configuration, inventory: Inventory, found: Iterable[Finding], only: frozenset[str]
    ) -> None:
        self.sources.update(configuration.sources)
        self.problems.update(dict.fromkeys(configuration.problems))
        self._count(configuration.name, inventory)
        # Of a plan that is asked for by name, findings stand in the sources beside it.
        planned = configuration.language is Language.TERRAFORM and configuration.name in only
        every = planned or not only
        touching = (finding for finding in found if every or _touches(finding, only))
        self.findings.extend(_suppressed(configuration, touching))

    def scan(self) -> Scan:
        ordered = sorted(told_once(grouped(self.findings)), key=_place)
        return Scan(
            findings=tuple(finding for finding in ordered if finding.outcome is not Outcome.PASS),
            problems=tuple(sorted(self.problems, key=lambda problem: (problem.span.source, problem.span.line))),
            passed=tuple(finding for finding in ordered if finding.outcome is Outcome.PASS),
            sources=self.secrecy.quotable(self.sources, self.problems),
            kinds=self.kinds,
            files=len(self.sources),
        )


def _place(finding: Finding) -> tuple[str, int, int, str]:
    primary = finding.primary
    return primary.source, primary.line, primary.column, finding.policy.id


def _touches(finding: Finding, only: frozenset[str]) -> bool:
    spans = (finding.primary, finding.entity.resource.span, *(note.span for note in finding.related))
    return any(span.source in only for span in spans)
