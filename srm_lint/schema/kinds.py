"""The nouns of the map: kinds with their attributes, parts and links, and where each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from srm_lint.model.resource import Language
from srm_lint.model.value import Plain

NativePath = tuple[str | int, ...]
"""Member names and positions, from a resource's native body."""


class Shape(StrEnum):
    """What a native value is made into, whatever form it is written in."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    STRING = "string"
    LIST = "list"
    PAIRS = "pairs"
    DOCUMENT = "document"
    OPENAPI = "openapi"


class Versioned(Struct, frozen=True):
    """A default of a Terraform `provider` that is `then` from the version `since` on, and was `before` until then.

    Where `unknown` is not None, it says why nobody could tell until then.
    """

    provider: str
    since: str
    then: Plain
    before: Plain
    unknown: str | None = None


class Attribute(Struct, frozen=True):
    """A neutral name and the native paths that it is found at; the first that is present counts.

    `defaults` holds the provider's documented value where nobody writes it, `missing` why that cannot be known.
    """

    name: str
    paths: Mapping[Language, tuple[NativePath, ...]]
    shape: Shape | None
    words: Mapping[str, str]
    defaults: Mapping[Language, Plain | Versioned]
    missing: Mapping[Language, str]
    secret: bool
    source: str | None


ALONE: NativePath = ("*",)
"""Stands for the argument that names the owner where there is none, since an account has only one owner in a region."""


class Place(Struct, frozen=True):
    """Where a part stands: at `path` in the owner's body, or in resources of `type` whose argument `owner` names the
    owner.

    `when` must hold of the place's arguments; `names` are attributes that this place calls otherwise. `json` is not
    None where JSON text may stand on the way: the names that are asked of it, by their small letters.
    """

    type: str | None
    owner: NativePath
    path: NativePath
    when: Mapping[str, Plain]
    names: Mapping[str, tuple[NativePath, ...]]
    json: Mapping[str, str] | None = None


class Via(Struct, frozen=True):
    """A third resource of `type` that names this one at `near` and the other at `far`, where `when` holds of it."""

    type: str
    near: NativePath
    far: NativePath
    when: Mapping[str, Plain]


class Inverse(Struct, frozen=True):
    """The entities of `kind` whose link leads here: `link` is its name, behind those of the parts that it is in."""

    kind: str
    link: tuple[str, ...]


class Linked(Struct, frozen=True):
    """A link to what stands alone: entities of the kind `to`, found by native paths or third resources."""

    name: str
    to: str
    many: bool
    paths: Mapping[Language, tuple[NativePath, ...]]
    vias: Mapping[Language, tuple[Via, ...]]
    inverse: Inverse | None


class Members(Struct, frozen=True):
    """What a kind or a part is made of, by name."""

    attributes: Mapping[str, Attribute]
    parts: Mapping[str, Part]
    links: Mapping[str, Linked]

    def names(self) -> list[str]:
        """Every name that a path may continue with."""
        return [*self.attributes, *self.parts, *self.links]


class Part(Struct, frozen=True):
    """What has no life of its own. Found nowhere, it is absent, unknown (`missing`), or its attributes' defaults."""

    name: str
    places: Mapping[Language, tuple[Place, ...]]
    many: bool
    missing: str | None
    missing_is_defaults: bool
    members: Members


class Kind(Struct, frozen=True):
    """One kind of entity: `service.noun`, its native types, and what it is made of."""

    name: str
    types: Mapping[Language, tuple[str, ...]]
    members: Members

    @property
    def service(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]
