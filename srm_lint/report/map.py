"""A service map in, the texts of `srm-lint map` out: who does what, and how it is known that it is done.

Three columns for each item, as in a review: whose side, the duty, and the evidence or the way to get it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from srm_lint.model.responsibility import Owner
from srm_lint.model.service_map import Mapped, ServiceMap, Standing
from srm_lint.report.document import Json, encoded, problem_of
from srm_lint.report.ink import Ink
from srm_lint.report.owner import provider_name
from srm_lint.report.problems import listed
from srm_lint.report.tally import counted
from srm_lint.report.visible import visible, wrapped

FORMATS = ("text", "json")
_SIDES: Mapping[Owner, str] = MappingProxyType({Owner.CUSTOMER: "you", Owner.SHARED: "shared"})
_MARGIN = 12


def render_text(services: ServiceMap, *, color: bool, width: int) -> str:
    """Write the map for people: each service, its items by side, what is not in the catalogue, and the problems."""
    ink = Ink(color)
    lines: list[str] = []
    for mapped in services.services:
        lines.extend(_service(mapped, ink, width))
    if services.uncatalogued:
        lines.append(ink("Not yet in the catalogue", "strong"))
        lines.extend(f"  {visible(kind)}  {count}" for kind, count in sorted(services.uncatalogued.items()))
        lines.append("")
    lines.extend(listed(services.problems, ink))
    lines.append(_numbers(services))
    return "\n".join(lines) + "\n"


def _service(mapped: Mapped, ink: Ink, width: int) -> Iterator[str]:
    service = mapped.service
    kinds = ", ".join(f"{kind} {count}" for kind, count in mapped.kinds.items())
    yield ink(f"{service.name} ({service.service_model})", "strong") + (f"  {kinds}" if kinds else "")
    yield f"  {service.url}"
    provider = provider_name(service.provider)
    for standing in sorted(mapped.items, key=lambda one: list(Owner).index(one.item.owner)):
        item = standing.item
        confirmed = "" if item.checked else ", source not yet confirmed"
        yield f"  {_SIDES.get(item.owner, provider):<{_MARGIN - 2}}{ink(item.name, 'strong')} ({item.layer}{confirmed})"
        for text in (*_duties(standing, provider), f"known: {_known(standing)}"):
            for line in wrapped(text, max(40, width - _MARGIN)):
                yield " " * _MARGIN + line
    yield ""


def _duties(standing: Standing, provider: str) -> Iterator[str]:
    item = standing.item
    if item.provider_does:
        yield f"{provider}: {item.provider_does}"
    if item.customer_does:
        yield f"you: {item.customer_does}"
    if standing.moved_to is not None:
        side = _SIDES.get(standing.moved_to, provider)
        yield f"moves to {side} on {counted(standing.moved, 'resource')}: {standing.because}"


def _known(standing: Standing) -> str:
    """How it is known that the item is taken care of."""
    if standing.policies:
        outcomes = f"{standing.failed} failed, {standing.unknown} unknown, {standing.passed} passed"
        ignored = f", {standing.ignored} ignored" if standing.ignored else ""
        return f"{outcomes}{ignored} ({', '.join(standing.policies)})"
    if standing.item.owner is Owner.PROVIDER:
        return f"inherited: {standing.item.url}"
    return f"open question, no policy looked at it; {standing.item.verify or f'see {standing.item.url}'}"


def is_open(standing: Standing) -> bool:
    """Whether the customer has a share in the item, and nothing that was judged tells how it stands."""
    return standing.item.owner is not Owner.PROVIDER and not standing.policies


def _numbers(services: ServiceMap) -> str:
    items = [standing for mapped in services.services for standing in mapped.items]
    open_ = sum(map(is_open, items))
    failed = sum(1 for standing in items if standing.failed)
    return (
        f"{counted(len(services.services), 'service')}, {counted(len(items), 'item')}: {failed} with failures, "
        f"{counted(open_, 'open question')}. Not in the catalogue: {counted(len(services.uncatalogued), 'kind')}. "
        f"Problems: {len(services.problems)}."
    )


def render_json(services: ServiceMap, *, version: str) -> str:
    """Write the map as JSON, with all that the catalogue says."""
    return encoded(
        {
            "schema_version": "1",
            "tool": {"name": "srm-lint", "version": version},
            "services": [_service_json(mapped) for mapped in services.services],
            "uncatalogued": dict(sorted(services.uncatalogued.items())),
            "problems": [problem_of(problem) for problem in services.problems],
        }
    )


def _service_json(mapped: Mapped) -> Json:
    service = mapped.service
    return {
        "service": service.id,
        "name": service.name,
        "provider": service.provider,
        "service_model": service.service_model.value,
        "url": service.url,
        "kinds": dict(mapped.kinds),
        "items": [_item_json(standing) for standing in mapped.items],
    }


def _item_json(standing: Standing) -> Json:
    item = standing.item
    moved: Json = None
    if standing.moved_to is not None:
        moved = {"to": standing.moved_to.value, "resources": standing.moved, "because": standing.because}
    return {
        "item": item.name,
        "layer": item.layer.value,
        "owner": item.owner.value,
        "accountable": item.accountable,
        "provider_does": item.provider_does,
        "customer_does": item.customer_does,
        "moved": moved,
        "known": "judged" if standing.policies else "open" if is_open(standing) else "inherited",
        "policies": list(standing.policies),
        "outcomes": {
            "failed": standing.failed,
            "unknown": standing.unknown,
            "passed": standing.passed,
            "ignored": standing.ignored,
        },
        "verify": item.verify,
        "url": item.url,
        "checked": item.checked,
    }
