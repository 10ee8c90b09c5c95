"""What policies see: the entities of one configuration, whatever language it was written in."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from srm_lint.model.resource import Language, Resource
from srm_lint.model.value import Object


class Entity(Struct, frozen=True):
    """A resource as policies see it: `kind` is `service.noun`, or `terraform:aws_x` / `cloudformation:AWS::X::Y`
    where the map has none.

    `only` is set where the resource is a part whose owner lies outside the configuration (a rule of a security group
    that is passed in): it then stands for that owner, of which just those members are known.
    """

    kind: str
    resource: Resource
    language: Language
    body: Object
    only: frozenset[str] | None = None


class Inventory(Struct, frozen=True):
    """Entities by address, in the order in which they are written."""

    entities: Mapping[str, Entity]
