"""A `Request` in, the policies that it chooses out. Only this module knows what is chosen, and what is read for it."""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from srm_lint.library import built_in, folders, policy_files
from srm_lint.model.inventory import Inventory
from srm_lint.model.policy import Policy
from srm_lint.model.responsibility import Responsibility
from srm_lint.policy.loader import kind_of, load_policies
from srm_lint.request import Request
from srm_lint.responsibility.catalogue import cite, service
from srm_lint.schema.loader import Schema


class Selection:
    """The policies of one run, by kind. A built-in policy is read when an entity of its kind is met."""

    def __init__(self, request: Request, schema: Schema) -> None:
        self._request = request
        self._schema = schema
        self._built_in = built_in()
        self._met: set[str] = set()
        self._files: dict[str, list[tuple[Path, str]]] = {}
        self._loaded: set[Path] = set()
        self._by_kind: dict[str, list[Policy]] = defaultdict(list)
        self.cited: dict[str, Responsibility] = {}
        for folder in folders(request.policies):
            if folder != self._built_in:
                self._load(policy_files(folder), own=True)

    def for_inventory(self, inventory: Inventory) -> Mapping[str, list[Policy]]:
        """The selected policies that concern kinds of `inventory`, by kind."""
        kinds = {entity.kind for entity in inventory.entities.values()} - self._met
        self._met |= kinds
        for name in sorted({kind.partition(".")[0] for kind in kinds}):
            self._load([file for file, kind in self._of_service(name) if not kind or kind in kinds])
        return self._by_kind

    def _of_service(self, name: str) -> list[tuple[Path, str]]:
        """The files of built-in policies for one service, each with the kind that it is about."""
        if name not in self._files:
            places = self._built_in.glob(f"*/{name}") if name.isidentifier() else ()
            self._files[name] = [(file, kind_of(file)) for folder in places for file in policy_files(folder)]
        return self._files[name]

    def concerns(self, kind: str) -> bool:
        """Whether entities of `kind`, which are made for it alone, are to be judged: the user's own policies are about
        it, or what the configuration demands is.
        """
        return kind in self._by_kind or self._request.required_tags is not None

    def _load(self, files: Iterable[Path], *, own: bool = False) -> None:
        """Reads those of `files` that have not been read; of the user's own also the situations, which may be wrong."""
        fresh = [file for file in files if file not in self._loaded]
        self._loaded.update(fresh)
        required = self._request.required_tags
        for policy in load_policies(fresh, self._schema, situations=own, required=required):
            if policy.setting and required is None:
                continue
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
