"""The pipeline, on one screen: read → normalize → judge. A `Request` in, a `Scan` out."""

from __future__ import annotations

import fnmatch
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from srm_lint.config import Exclude, VariableSet
from srm_lint.discover import Target, discover, tree_of
from srm_lint.judge.findings import besides, grouped, judge
from srm_lint.judge.standing import Standings
from srm_lint.judge.suppressions import Suppressions
from srm_lint.library import built_in, folders, policy_files
from srm_lint.model.finding import Finding, Scan
from srm_lint.model.inventory import Inventory
from srm_lint.model.policy import Outcome, Policy
from srm_lint.model.resource import Configuration, Language
from srm_lint.model.responsibility import Responsibility
from srm_lint.model.service_map import ServiceMap
from srm_lint.model.source import Problem, Source
from srm_lint.normalize import Spelling, normalize
from srm_lint.normalize.texts import texts
from srm_lint.policy.loader import load_policies
from srm_lint.responsibility.catalogue import cite, service
from srm_lint.schema.loader import Schema
from srm_lint.secrecy import Secrecy

if TYPE_CHECKING:
    from srm_lint.read.cloudformation.parameters import Parameters
    from srm_lint.read.terraform import Inputs


class Request(Struct, frozen=True):
    """What a user asks for: paths to read, values for variables, and which policies to judge by.

    Roots are judged once under each of the `variable_sets` that concern them, and templates once with each of the files
    of `parameters` (names and paths).
    `policies` are folders of the user's own, beside the built-in library. `select` and `ignore` hold ids, globs,
    services and severities, `controls` frameworks. `validate` also asks cfn-lint what AWS would refuse. `source` is the
    folder of the root module that plans were made from, where that is not the one they lie in.
    """

    paths: tuple[Path, ...]
    variables: Mapping[str, str] = {}
    var_files: tuple[Path, ...] = ()
    environment: Mapping[str, str] = {}
    workspace: str | None = None
    variable_sets: tuple[VariableSet, ...] = ()
    parameters: tuple[tuple[str, Path], ...] = ()
    policies: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    teams: Mapping[str, str] = {}
    validate: bool = False
    exclude: Exclude | None = None
    source: Path | None = None


class Library:
    """The policies of one run, by kind. A built-in service's folder is read when an entity of that service is met."""

    def __init__(self, request: Request, schema: Schema) -> None:
        self._request = request
        self._schema = schema
        self._built_in = built_in()
        self._loaded: set[Path] = set()
        self._by_kind: dict[str, list[Policy]] = defaultdict(list)
        self.cited: dict[str, Responsibility] = {}
        for folder in folders(request.policies):
            if folder != self._built_in:
                self._load(folder)

    def for_inventory(self, inventory: Inventory) -> Mapping[str, list[Policy]]:
        """The selected policies that concern kinds of `inventory`, by kind."""
        for name in {entity.kind.partition(".")[0] for entity in inventory.entities.values()}:
            if name.isidentifier():
                for folder in self._built_in.glob(f"*/{name}"):
                    self._load(folder)
        return self._by_kind

    def _load(self, folder: Path) -> None:
        if folder in self._loaded:
            return
        self._loaded.add(folder)
        own = not folder.is_relative_to(self._built_in)
        for policy in load_policies(policy_files(folder), self._schema, situations=own):
            if selected(policy, self._request.select, self._request.ignore, self._request.controls):
                self._by_kind[policy.check.kind].append(policy)
                item = service(policy.provider, policy.service).items[policy.item]
                team = self._request.teams.get(item.accountable or "")
                self.cited[policy.id] = cite(service(policy.provider, policy.service), policy.item, team=team)


def selected(policy: Policy, select: Iterable[str], ignore: Iterable[str], controls: Sequence[str] = ()) -> bool:
    """Whether `policy` is among those selected (all, where nothing is) and not among the ignored, and stands for a
    control of one of the frameworks `controls`, where there are any.
    """
    if controls and not any(framework in policy.controls for framework in controls):
        return False
    words = (policy.id, *policy.formerly, policy.service, policy.severity.label)

    def named(patterns: Iterable[str]) -> bool:
        return any(fnmatch.fnmatchcase(word, pattern) for pattern in patterns for word in words)

    chosen = tuple(select)
    return (not chosen or named(chosen)) and not named(ignore)


def inputs_of(request: Request) -> list[Inputs]:
    """What Terraform would be given: once for each set of variables, or once where there are no sets."""
    from srm_lint.read.terraform import Inputs

    return [
        Inputs(
            variables=request.variables,
            var_files=(*request.var_files, *each.var_files),
            environment=request.environment,
            workspace=each.workspace or request.workspace,
            name=each.name,
            roots=each.roots,
        )
        for each in request.variable_sets or (VariableSet("", ()),)
    ]


class Plans:
    """The plans among all that is asked for: they are read first, since each stands for the root module that it was
    made from.
    """

    def __init__(self, targets: Iterable[Target], request: Request) -> None:
        self.read: dict[Path, Configuration] = {}
        self.roots: set[Path] = set()
        for target in targets:
            for path in target.plans:
                self._add(path, target, request)

    def _add(self, path: Path, target: Target, request: Request) -> None:
        from srm_lint.read.terraform import Inputs
        from srm_lint.read.terraform.plan.reader import Root
        from srm_lint.read.terraform.plan.reader import read as read_plan

        folder = request.source or path.parent
        at = Path(os.path.abspath(folder))
        given = next((one for one in inputs_of(request) if one.concern(at)), Inputs())
        root = Root(folder, tree_of(folder) if request.source else target.tree, given)
        found = read_plan(path, target.tree, root, asked=request.source is not None)
        if found is not None:
            self.read[path] = found.configuration
            self.roots.update((found.root,) if found.root is not None else ())


def configurations(target: Target, request: Request, plans: Plans) -> Iterator[Configuration]:
    """Everything that `target` holds, read in the language that it is written in."""
    yield from (plans.read[path] for path in target.plans if path in plans.read)
    if target.terraform:
        from srm_lint.read.terraform import read as read_terraform

        yield from read_terraform(target.terraform, target.tree, *inputs_of(request), planned=plans.roots)
    templates = (*target.templates, *(path for path in target.plans if path not in plans.read))
    if templates:
        from srm_lint.read.cloudformation import read as read_template

        for template in read_template(templates, target.tree, *_parameters_of(request)):
            yield _validated(template) if request.validate else template


def _parameters_of(request: Request) -> list[Parameters]:
    from srm_lint.read.cloudformation import read_parameters

    return [read_parameters(file, name) for name, file in request.parameters]


def _validated(template: Configuration) -> Configuration:
    """`template` with what AWS would refuse of it among its problems; one that could not be read has those already."""
    if template.problems:
        return template
    from srm_lint.read.cloudformation.validity import refusals

    problems = refusals(template.sources[template.name])
    return replace(template, problems=tuple(problems))


def inventories(request: Request, targets: Iterable[Target]) -> Iterator[tuple[Configuration, Inventory]]:
    """Each configuration in `targets`, and the inventory that policies see of it, secrets marked."""
    schema, secrecy = Schema(), Secrecy()
    asked = tuple(targets)
    plans = Plans(asked, request)
    for target in asked:
        yield from _inventories(configurations(target, request, plans), schema, secrecy)


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
    library = Library(request, schema)

    def judged(target: Target) -> Judged:
        for configuration, inventory in _inventories(configurations(target, request, plans), schema, secrecy):
            about = judge(inventory, library.for_inventory(inventory), library.cited)
            found = besides(about, partial(_judged_texts, configuration, library, secrecy))
            name = configuration.variable_set
            yield configuration, inventory, (replace(each, variable_sets=(name,)) for each in found) if name else found

    targets = discover(request.paths, request.exclude)
    plans = Plans(targets, request)
    for target in targets:
        yield target, judged(target)


def _judged_texts(configuration: Configuration, library: Library, secrecy: Secrecy) -> Iterator[Finding]:
    """The findings about what looks like a secret, in whatever argument it is written."""
    written = texts(configuration, secrecy.places)
    return judge(written, library.for_inventory(written), library.cited)


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
        ordered = sorted(grouped(self.findings), key=_place)
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
