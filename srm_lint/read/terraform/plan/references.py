"""The references that a plan's configuration tells of in, addresses of instances out.

Only this module knows how they lead through variables and outputs of modules. What a local stands for is not told.
https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from srm_lint.read.terraform.plan.addresses import Known, calls_of, steps_of
from srm_lint.read.terraform.plan.document import ConfiguredModule, ConfiguredResource, Json, ModuleCall

MAX_STEPS = 1_000
"""How many references are followed for one value."""
_ROOTLESS = frozenset(("each", "count", "self", "path", "terraform", "local"))


class Place(Struct, frozen=True):
    """A module instance, as configured: who called it, and with which key."""

    module: ConfiguredModule
    prefix: str = ""
    key: str = ""
    call: ModuleCall | None = None
    parent: Place | None = None

    def child(self, name: str, key: str) -> Place | None:
        """The module instance that a call leads to."""
        call = (self.module.module_calls or {}).get(name)
        if call is None or call.module is None:
            return None
        return Place(call.module, f"{self.prefix}module.{name}{key}.", key, call, self)


class Places:
    """The module instances that a plan's configuration tells of."""

    def __init__(self, root: ConfiguredModule) -> None:
        self._root = root
        self._known: dict[str, tuple[Place, Mapping[tuple[str, str], ConfiguredResource]] | None] = {}

    def of(self, module: str) -> tuple[Place, Mapping[tuple[str, str], ConfiguredResource]] | None:
        """The place of the module instance at the address `module`, and its blocks of managed resources by type and
        name; None where the configuration does not tell of it.
        """
        if module not in self._known:
            place: Place | None = Place(self._root)
            for name, key in calls_of(module):
                place = place.child(name, key) if place is not None else None
            blocks = (each for each in (place.module.resources if place is not None else None) or ())
            managed = {(each.type, each.name): each for each in blocks if each.mode == "managed"}
            self._known[module] = None if place is None else (place, managed)
        return self._known[module]


def addresses(
    expression: Json, place: Place, key: str, block: ConfiguredResource | None, known: Known
) -> tuple[str, ...]:
    """The addresses that `expression`, an argument of an instance with `key`, depends on: of resources, data sources
    and variables of the root module.
    """
    walk = _Walk(known)
    for_each = block.for_each_expression if block is not None else None
    return tuple(dict.fromkeys(walk.of(expression, place, key, for_each)))


def references_in(expression: Json) -> list[str]:
    """All references of an expression, or of the nested blocks that it is."""
    found: list[str] = []
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            references = one.get("references")
            if isinstance(references, list) and all(isinstance(each, str) for each in references):
                found.extend(references)
            elif "constant_value" not in one:
                waiting.extend(one.values())
    return found


class _Walk:
    """One search: it ends, however references go in circles."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._seen: set[tuple[str, str, str]] = set()

    def of(self, expression: Json, place: Place, key: str, for_each: Json) -> Iterator[str]:
        references = references_in(expression)
        # `x.y[each.key]` is told as `x.y` and `each.key`: the instance of the same key is meant.
        same = key if any(one.startswith(("each.", "count.")) for one in references) else ""
        for reference in references:
            yield from self._one(reference, place, key, same, for_each)

    def _one(self, reference: str, place: Place, key: str, same: str, for_each: Json) -> Iterator[str]:
        if (place.prefix, key, reference) in self._seen or len(self._seen) > MAX_STEPS:
            return
        self._seen.add((place.prefix, key, reference))
        steps = steps_of(reference)
        names = [name for name, _ in steps]
        if names[:2] == ["each", "value"] and for_each is not None:
            behind = "".join(f".{name}" for name in names[2:])
            for one in references_in(for_each):
                yield from self._one(f"{one}{behind}", place, key, key, None)
        elif len(steps) < 2 or names[0] in _ROOTLESS:
            return
        elif names[0] == "var":
            if place.call is not None and place.parent is not None:
                given = (place.call.expressions or {}).get(names[1])
                yield from self.of(given, place.parent, place.key, None)
            elif not place.prefix:
                yield f"var.{names[1]}"
        elif names[0] == "module":
            yield from self._output(steps, place, same)
        else:
            yield from self._resource(steps, place, same)

    def _output(self, steps: Sequence[tuple[str, str]], place: Place, same: str) -> Iterator[str]:
        (_, name), key = (steps[0][0], steps[1][0]), steps[1][1] or same
        child = place.child(name, key)
        if child is None or len(steps) < 3:
            return
        output = (child.module.outputs or {}).get(steps[2][0])
        if output is not None:
            yield from self.of(output.expression, child, key, None)

    def _resource(self, steps: Sequence[tuple[str, str]], place: Place, same: str) -> Iterator[str]:
        parts = 3 if steps[0][0] == "data" else 2
        if len(steps) < parts:
            return
        address = f"{place.prefix}{'.'.join(name for name, _ in steps[:parts])}{steps[parts - 1][1]}"
        meant = self._known.meant(address if steps[parts - 1][1] else f"{address}{same}", place.prefix)
        yield from meant or (address,)
