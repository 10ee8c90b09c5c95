"""Inventories in, the listing of `srm-lint show` out: for each entity, a line for each value that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from srm_lint.model.inventory import Entity
from srm_lint.model.value import Absent, Link, List, Object, Origin, Plain, Scalar, Unknown, Value
from srm_lint.report.ink import Ink
from srm_lint.report.inventory import MAX_DEPTH, SENSITIVE, Budget, Shown, is_secret
from srm_lint.report.problems import listed
from srm_lint.report.snippet import place
from srm_lint.report.visible import clipped, columns, inert, visible

MAX_CELL = 60
_MAX_PATH = 48
_MAX_CANDIDATES = 4


def render(shown: Shown) -> str:
    """Write every entity, what could not be read, and a line of numbers."""
    ink = Ink(shown.color)
    lines: list[str] = []
    for configuration, inventory in shown.inventories:
        under = f" under {visible(configuration.variable_set)}" if configuration.variable_set else ""
        lines.append(ink(f"{configuration.language.value} {visible(configuration.name)}{under}", "frame"))
        lines.append("")
        for entity in inventory.entities.values():
            lines.extend(_entity(entity, ink))
            lines.append("")
    problems = [*shown.problems, *(problem for one, _ in shown.inventories for problem in one.problems)]
    lines.extend(listed(problems, ink))
    entities = sum(len(inventory.entities) for _, inventory in shown.inventories)
    lines.append(f"{entities} entities in {len(shown.inventories)} configurations. Problems: {len(problems)}.")
    return inert("\n".join(lines) + "\n")


def _entity(entity: Entity, ink: Ink) -> Iterator[str]:
    resource = entity.resource
    native = f" ({visible(resource.type)})" if resource.type not in entity.kind else ""
    yield f"{ink(visible(resource.address), 'strong')}  {visible(entity.kind)}{native}  {place(resource.span)}"
    budget = Budget()
    rows: list[tuple[str, Value]] = []
    if isinstance(resource.exists, Unknown):
        rows.append(("(exists)", resource.exists))
    for name in entity.body.members:
        if entity.only is None or name in entity.only:
            rows.extend(leaves(visible(name), entity.body.get(name), budget, 0))
    if not rows:
        yield "  (nothing is written)"
        return
    yield from listing(rows, ink)
    if budget.left < 0:
        yield "  … and more: --format json shows more of it"


def listing(rows: Sequence[tuple[str, Value]], ink: Ink) -> Iterator[str]:
    """A line for each named value: what it is, where it stands, the way that it came."""
    wide = min(max((columns(path) for path, _ in rows), default=0), _MAX_PATH)
    for path, value in rows:
        told = clipped(_told(value), MAX_CELL)
        padding = " " * max(0, wide - columns(path))
        gap = " " * max(0, 24 - columns(told))
        role = "unknown" if isinstance(value, Unknown) else "strong"
        yield f"  {path}{padding}  {ink(told, role)}{gap}  {_whence(value)}".rstrip()


def leaves(path: str, value: Value, budget: Budget, depth: int) -> Iterator[tuple[str, Value]]:
    """One row for each leaf below `path`."""
    if not budget.spend():
        return
    if depth > MAX_DEPTH or is_secret(value):
        yield path, value
    elif isinstance(value, Object) and value.members:
        for name in value.members:
            yield from leaves(f"{path}.{visible(name)}", value.get(name), budget, depth + 1)
    elif isinstance(value, List) and value.items:
        for position, item in enumerate(value.items):
            yield from leaves(f"{path}[{position}]", item.inside(value), budget, depth + 1)
    else:
        yield path, value


def _told(value: Value) -> str:
    if is_secret(value):
        return SENSITIVE
    match value:
        case Scalar():
            return _plain(value.data)
        case Absent():
            return "absent"
        case Link():
            return f"-> {visible(value.address)}"
        case Unknown() if value.candidates:
            told = [_told(candidate) for candidate in value.candidates[:_MAX_CANDIDATES]]
            more = ["…"] if len(value.candidates) > _MAX_CANDIDATES else []
            return f"one of {', '.join(told + more)}"
        case Unknown():
            return "unknown"
        case Object():
            return "{}" if not value.members else "{…}"
        case List():
            return "[]" if not value.items else "[…]"
    raise AssertionError(f"a new kind of value: {type(value)}")


def _plain(data: Plain) -> str:
    if data is None or isinstance(data, bool):
        return {None: "null", True: "true", False: "false"}[data]
    return f'"{visible(data)}"' if isinstance(data, str) else str(Decimal(data))


def _whence(value: Value) -> str:
    """Where the value stands and how it came here; for an unknown also why."""
    why = f": {visible(value.reason)}" if isinstance(value, Unknown) and value.reason else ""
    if value.origin is Origin.DEFAULT and not why:
        return "provider's default"
    hops = "".join(f", passed at {place(hop)}" for hop in value.trace)
    return f"{place(value.span)}{hops}{why}"
