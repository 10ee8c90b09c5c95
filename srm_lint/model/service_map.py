"""The map of what the templates deploy: each service, both sides' duties, and how it is known that they are met."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from srm_lint.model.responsibility import Item, Owner, Service
from srm_lint.model.source import Problem


class Standing(Struct, frozen=True):
    """One item of a service and how it stands.

    `policies` verify it, on so many resources with so many outcomes; without policies it is an open question, which
    `item.verify` says how to answer. On `moved` resources a setting moves the line to `moved_to`, `because` of it.
    """

    item: Item
    policies: tuple[str, ...]
    failed: int
    unknown: int
    passed: int
    ignored: int
    moved: int = 0
    moved_to: Owner | None = None
    because: str = ""


class Mapped(Struct, frozen=True):
    """One service that is deployed: its resources by kind, and its items in the catalogue's order."""

    service: Service
    kinds: Mapping[str, int]
    items: tuple[Standing, ...]


class ServiceMap(Struct, frozen=True):
    """All that is deployed. `uncatalogued` counts the resources of kinds that the catalogue does not have yet."""

    services: tuple[Mapped, ...]
    uncatalogued: Mapping[str, int]
    problems: tuple[Problem, ...]
    sources: tuple[str, ...]
