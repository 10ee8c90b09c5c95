"""What is reported: findings with their evidence, and the `Scan` that holds them all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from msgspec import Struct

from srm_lint.model.inventory import Entity
from srm_lint.model.policy import Outcome, Policy
from srm_lint.model.responsibility import Responsibility
from srm_lint.model.source import Problem, Source, Span
from srm_lint.model.value import Origin, Unknown, Value


class Evidence(Struct, frozen=True):
    """One value that decided, or left open: the `path` that leads to it, what was asked, and the links walked on the
    way (`hops`).

    `says` is the sentence about it: "block_public_acls is false", "block_public_acls is unknown: var.acls has no
    value".
    """

    path: str
    verb: str
    wanted: object
    value: Value
    hops: tuple[Span, ...]
    says: str


class Suppression(Struct, frozen=True):
    """Why a finding is ignored: where that is written, and the reason given there (empty where none is)."""

    span: Span
    reason: str


class Note(Struct, frozen=True):
    """A place shown beside the primary one, and what it has to do with it ("passed here", "linked here")."""

    message: str
    span: Span


class Finding(Struct, frozen=True):
    """One policy's outcome on one entity, or on several that one defect reaches (`instances`, addresses in order).

    `basis` is the weakest origin that the outcome rests on: a pass by the provider's default is less than one that is
    written. `variable_sets` names the sets of variables under which it was found, where there are any.
    """

    policy: Policy
    entity: Entity
    outcome: Outcome
    evidence: tuple[Evidence, ...]
    responsibility: Responsibility
    basis: Origin
    instances: tuple[str, ...]
    suppression: Suppression | None = None
    variable_sets: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """What the first piece of evidence says, and what the resource's existence depends on."""
        says = self.evidence[0].says if self.evidence else self.policy.title
        exists = self.entity.resource.exists
        return f"{says} ({exists.reason})" if isinstance(exists, Unknown) else says

    @property
    def message(self) -> str:
        """What is found, and of a resource that is not written itself, what makes it."""
        resource = self.entity.resource
        if len(self.instances) > 1:
            return self.says
        if resource.made_by:
            return f"{self.says} (in {resource.address}, which {resource.made_by} makes)"
        return f"{self.says} (construct {resource.construct})" if resource.construct else self.says

    @property
    def primary(self) -> Span:
        """Where the fix goes: the literal that decided, or the resource where nothing is written."""
        return self.evidence[0].value.span if self.evidence else self.entity.resource.span

    @property
    def related(self) -> tuple[Note, ...]:
        """The way from the literal to the resource, then what else decided."""
        seen = {self.primary}
        notes: list[Note] = []

        def add(message: str, span: Span) -> None:
            if span not in seen:
                seen.add(span)
                notes.append(Note(message, span))

        for position, evidence in enumerate(self.evidence):
            if position:
                add(evidence.says, evidence.value.span)
            for hop in evidence.value.trace:
                add("passed here", hop)
            for hop in evidence.hops:
                add("linked here", hop)
        return tuple(notes)

    @property
    def fingerprint(self) -> str:
        """Stable across edits that move lines: policy, path of the file, address and attribute path."""
        path = self.evidence[0].path if self.evidence else ""
        parts = (self.policy.id, self.primary.source, self.entity.resource.address, path)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Scan(Struct, frozen=True):
    """All that one run found. `findings` hold fail and unknown (ignored ones too), `passed` the passes; both in order
    of place.

    `kinds` counts the entities by kind; `sources` are the texts that findings may quote.
    """

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    passed: tuple[Finding, ...]
    sources: Mapping[str, Source]
    kinds: Mapping[str, int]
    files: int
