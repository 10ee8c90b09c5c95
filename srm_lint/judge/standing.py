"""Inventories and their findings in; how each item of the services that they deploy stands out.

Only this module knows when a setting moves the line of shared responsibility (`moves_when` in the catalogue).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from srm_lint.judge.evaluation import Subject, evaluate
from srm_lint.model.condition import Test, Truth
from srm_lint.model.finding import Finding
from srm_lint.model.inventory import Inventory
from srm_lint.model.responsibility import Item, Owner, Service
from srm_lint.model.service_map import Mapped, Standing
from srm_lint.paths import parse
from srm_lint.policy.predicates import verbs
from srm_lint.responsibility.catalogue import service, services

_MOVE_KEYS = frozenset(("to", "path", "because"))


class Standings:
    """What has been counted so far, of services of `provider`."""

    def __init__(self, provider: str = "aws") -> None:
        self._provider = provider
        self._catalogued = frozenset(services(provider))
        self._kinds: dict[str, Counter[str]] = defaultdict(Counter)
        self._outcomes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._policies: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._moves: dict[tuple[str, str], Counter[tuple[Owner, str]]] = defaultdict(Counter)
        self.uncatalogued: Counter[str] = Counter()

    def add(self, inventory: Inventory, findings: Iterable[Finding]) -> None:
        """Count an inventory and what judging it gave."""
        for finding in findings:
            at = (finding.policy.service, finding.policy.item)
            self._outcomes[at]["ignored" if finding.suppression else finding.outcome.value] += 1
            self._policies[at][finding.policy.id] = None
        for entity in inventory.entities.values():
            name = entity.kind.partition(".")[0]
            if name in self._catalogued:
                self._kinds[name][entity.kind] += 1
                self._note_moves(name, entity.kind, Subject(entity.body))
            else:
                self.uncatalogued[entity.kind] += 1

    def _note_moves(self, name: str, kind: str, subject: Subject) -> None:
        for item in service(self._provider, name).items.values():
            move = (item.moves_when or {}).get(kind)
            if move is not None and evaluate(_moved(move), subject, lambda _: None).truth is Truth.TRUE:
                self._moves[name, item.name][Owner(str(move["to"])), str(move["because"])] += 1

    def services(self) -> tuple[Mapped, ...]:
        """Every service that is deployed or cited, with its items."""
        names = sorted({*self._kinds, *(name for name, _ in self._outcomes)})
        return tuple(self._mapped(service(self._provider, name)) for name in names)

    def _mapped(self, one: Service) -> Mapped:
        kinds = dict(sorted(self._kinds[one.id].items()))
        items = tuple(self._standing(one.id, item) for item in one.items.values())
        return Mapped(one, kinds, items)

    def _standing(self, name: str, item: Item) -> Standing:
        counted = self._outcomes[name, item.name]
        standing = Standing(
            item=item,
            policies=tuple(sorted(self._policies[name, item.name])),
            failed=counted["fail"],
            unknown=counted["unknown"],
            passed=counted["pass"],
            ignored=counted["ignored"],
        )
        for (to, because), moved in self._moves[name, item.name].most_common(1):
            return replace(standing, moved=moved, moved_to=to, because=because)
        return standing


def _moved(move: Mapping[str, object]) -> Test:
    (verb,) = move.keys() - _MOVE_KEYS
    (path,) = parse(str(move["path"]))
    return Test(path, verbs()[verb], move[verb])
