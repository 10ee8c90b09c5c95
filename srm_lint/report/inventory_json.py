"""Inventories in, the stable JSON of `srm-lint show` out. Its shape is published in `inventory.schema.json`."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite

from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.resource import Configuration, Provider, Requirement
from srm_lint.model.value import Absent, Link, List, Object, Plain, Scalar, Unknown, Value
from srm_lint.report.document import Json, encoded, location, problem_of
from srm_lint.report.inventory import MAX_DEPTH, SENSITIVE, Budget, Shown, is_secret

SCHEMA_VERSION = "1"
"""Changes when a reader of the old shape would misread the new one; new keys alone do not change it."""

_EXACT = 2**53

# By `isinstance`, since a reader may have an unknown of its own kind.
_TYPES: tuple[tuple[type[Value], str], ...] = (
    (Scalar, "scalar"),
    (Object, "object"),
    (List, "list"),
    (Unknown, "unknown"),
    (Absent, "absent"),
    (Link, "link"),
)


def render(shown: Shown) -> str:
    """Write every entity with every attribute: its value, where it stands, and how it came to be."""
    return encoded(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "srm-lint", "version": shown.version},
            "configurations": [_configuration(*pair) for pair in shown.inventories],
            "problems": [problem_of(problem) for problem in shown.problems],
        }
    )


def _configuration(configuration: Configuration, inventory: Inventory) -> Json:
    return {
        "name": configuration.name,
        "language": configuration.language.value,
        "variable_set": configuration.variable_set or None,
        "files": [*sorted(configuration.sources)],
        "requirements": [_requirement(requirement) for requirement in configuration.requirements],
        "entities": [_entity(entity) for entity in inventory.entities.values()],
        "problems": [problem_of(problem) for problem in configuration.problems],
    }


def _entity(entity: Entity) -> Json:
    budget = Budget()
    only = entity.only
    names = entity.body.members if only is None else [name for name in entity.body.members if name in only]
    return {
        "address": entity.resource.address,
        "kind": entity.kind,
        "type": entity.resource.type,
        "location": location(entity.resource.span),
        "exists": value_of(entity.resource.exists, budget, 0),
        "provider": _provider(entity.resource.provider, budget),
        "only": None if only is None else [*sorted(only)],
        "attributes": {name: value_of(entity.body.get(name), budget, 0) for name in names},
    }


def _requirement(requirement: Requirement) -> Json:
    return {
        "name": requirement.name,
        "source": requirement.source or None,
        "versions": requirement.versions or None,
        "locked": requirement.locked or None,
        "location": location(requirement.span),
    }


def _provider(provider: Provider | None, budget: Budget) -> Json:
    if provider is None:
        return None
    return {
        "name": provider.name,
        "region": value_of(provider.region, budget, 0),
        "tags": value_of(provider.tags, budget, 0),
    }


def value_of(value: Value, budget: Budget, depth: int) -> Json:
    """A value with all that is known of it; what is sensitive or too much is left out."""
    if depth > MAX_DEPTH or not budget.spend():
        return {"type": "omitted"}
    made: dict[str, Json] = {
        "type": next(name for type_, name in _TYPES if isinstance(value, type_)),
        "origin": value.origin.value,
        "location": location(value.span),
        "trace": [location(hop) for hop in value.trace],
        "sensitive": is_secret(value),
    }
    made.update({"value": SENSITIVE} if is_secret(value) else _content(value, budget, depth + 1))
    return made


def _content(value: Value, budget: Budget, depth: int) -> dict[str, Json]:
    match value:
        case Scalar():
            return {"value": _plain(value.data), **_encodes(value.encodes, budget, depth)}
        case Object():
            return {"members": {name: value_of(value.get(name), budget, depth) for name in value.members}}
        case List():
            items: Json = [value_of(item.inside(value), budget, depth) for item in value.items]
            return {"items": items, "unordered": value.unordered}
        case Unknown():
            return {
                "reason": value.reason,
                "references": list(value.references),
                "candidates": [value_of(candidate, budget, depth) for candidate in value.candidates],
                "pieces": list(value.pieces),
                **_encodes(value.encodes, budget, depth),
            }
        case Link():
            return {"to": value.address}
        case Absent():
            return {}
    raise AssertionError(f"a new kind of value: {type(value)}")


def _encodes(value: Value | None, budget: Budget, depth: int) -> dict[str, Json]:
    return {} if value is None else {"encodes": value_of(value, budget, depth)}


def _plain(data: Plain) -> Json:
    """Numbers that JSON readers cannot hold exactly are rounded as those readers would (RFC 8259, section 6)."""
    if isinstance(data, Decimal) or (isinstance(data, int) and abs(data) > _EXACT):
        number = float(Decimal(data))
        return number if isfinite(number) else str(Decimal(data))
    return data
