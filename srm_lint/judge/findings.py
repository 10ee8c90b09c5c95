"""Policies and an inventory in; findings out, one for each policy that concerns an entity."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from srm_lint.judge.evaluation import Answer, Subject, evaluate
from srm_lint.model.condition import All, Any, Condition, Not, Quantified, Test, Truth
from srm_lint.model.finding import Evidence, Finding
from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.policy import Outcome, Policy
from srm_lint.model.responsibility import Responsibility
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, Object, Origin, every_value
from srm_lint.paths import Resolve
from srm_lint.policy.secrets import NAMES as SECRET_VERBS

_OUTCOMES = {Truth.TRUE: Outcome.PASS, Truth.FALSE: Outcome.FAIL, Truth.UNKNOWN: Outcome.UNKNOWN}
_WEAKEST = (Origin.DEFAULT, Origin.PASSED, Origin.WRITTEN)


def judge(
    inventory: Inventory, policies: Mapping[str, Iterable[Policy]], cited: Mapping[str, Responsibility]
) -> Iterator[Finding]:
    """A finding for each entity and each policy of its kind (`policies` by kind) that concerns it.

    `cited` holds the responsibility that each policy, by id, cites.
    """

    def resolve(link: Link) -> Object | None:
        entity = inventory.entities.get(link.address)
        return None if entity is None else entity.body

    for entity in inventory.entities.values():
        for policy in policies.get(entity.kind, ()):
            answer = _answer(policy, entity, resolve)
            if answer is not None and not _rests_outside(answer, policy, entity):
                yield _finding(policy, entity, answer, cited[policy.id])


def _answer(policy: Policy, entity: Entity, resolve: Resolve) -> Answer | None:
    """Not where, or require. None where the policy does not concern the entity."""
    subject = Subject(entity.body)
    required = evaluate(policy.check.require, subject, resolve)
    if policy.check.where is None:
        return required
    where = evaluate(policy.check.where, subject, resolve)
    if where.truth is Truth.FALSE:
        return None
    if where.truth is Truth.TRUE or required.truth is Truth.TRUE:
        return required
    return Answer(Truth.UNKNOWN, where.evidence + required.evidence)


def _finding(policy: Policy, entity: Entity, answer: Answer, responsibility: Responsibility) -> Finding:
    evidence = _distinct(answer.evidence)
    outcome = _OUTCOMES[answer.truth]
    # What fails by not being there rests on a default; what passes because something bad is not there does not.
    absent = Origin.WRITTEN if outcome is Outcome.PASS else Origin.DEFAULT
    origins = {absent if isinstance(one.value, Absent) else one.value.origin for one in evidence}
    return Finding(
        policy=policy,
        entity=entity,
        outcome=outcome,
        evidence=evidence,
        responsibility=responsibility,
        basis=next((origin for origin in _WEAKEST if origin in origins), Origin.WRITTEN),
        instances=(entity.resource.address,),
    )


def _distinct(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    seen: dict[tuple[Span, str], Evidence] = {}
    for one in evidence:
        seen.setdefault((one.value.span, one.says), one)
    return tuple(seen.values())


def _rests_outside(answer: Answer, policy: Policy, entity: Entity) -> bool:
    """Whether the answer about a part that stands for its owner says nothing about that part.

    Of the owner, only the part is known. A policy that does not ask about it, or that is open because of the rest, is
    not for this place.
    """
    if entity.only is None:
        return False
    if answer.truth is not Truth.UNKNOWN:
        return not asked_members(policy) & entity.only
    return any(_first_member(one.path) not in entity.only for one in answer.evidence)


def besides(found: Iterable[Finding], texts: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What was `found`, then the findings about `texts` that tell of a secret which none of those has told of."""
    told: dict[str, list[Span]] = defaultdict(list)
    for finding in found:
        yield finding
        if finding.outcome is not Outcome.PASS:
            for one in finding.evidence:
                # What it is made of may stand elsewhere: what a Base64 text was encoded from, an item of a list.
                for value in every_value([one.value]) if one.verb in SECRET_VERBS else ():
                    told[value.span.source].append(value.span)
    for finding in texts():
        primary = finding.primary
        if not any(_meet(primary, span) for span in told.get(primary.source, ())):
            yield finding


def _meet(one: Span, other: Span) -> bool:
    begins = max((one.line, one.column), (other.line, other.column))
    return begins < min((one.end_line, one.end_column), (other.end_line, other.end_column))


def _first_member(path: str) -> str:
    return re.split(r"[.\[]", path.removeprefix("$."), maxsplit=1)[0]


def asked_members(policy: Policy) -> frozenset[str]:
    """The members of the entity that a policy's paths begin with."""
    conditions = [policy.check.require, *([policy.check.where] if policy.check.where else [])]
    return frozenset(member for condition in conditions for member in _first_steps(condition))


def _first_steps(condition: Condition) -> Iterator[str]:
    match condition:
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from _first_steps(part)
        case Not(part=part):
            yield from _first_steps(part)
        case Quantified(path=path) | Test(path=path):
            yield str(path.steps[0]) if path.steps else "$"


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each defect: those that rest on one place become one, with every instance that it reaches."""
    groups: dict[object, list[Finding]] = defaultdict(list)
    for finding in findings:
        path = finding.evidence[0].path if finding.evidence else ""
        ignored = finding.suppression is not None
        groups[finding.policy.id, finding.outcome, finding.primary, path, finding.says, ignored].append(finding)
    return [_merged(group) for group in groups.values()]


def told_once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings but those of a place of which another tells more (`Policy.instead_of`), and is not ignored."""
    listed = list(findings)
    more = {
        (name, evidence.value.span)
        for finding in listed
        if finding.outcome is Outcome.FAIL and finding.suppression is None
        for name in finding.policy.instead_of
        for evidence in finding.evidence
    }
    return [one for one in listed if one.outcome is not Outcome.FAIL or (one.policy.id, one.primary) not in more]


def _merged(group: list[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    addresses = dict.fromkeys(address for finding in group for address in finding.instances)
    sets = dict.fromkeys(name for finding in group for name in finding.variable_sets)
    return replace(group[0], instances=tuple(addresses), variable_sets=tuple(sets))
