"""Whose side of the shared-responsibility line: services of the catalogue and their items."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Owner(StrEnum):
    """Who owns a fix: the customer (security in the cloud), the provider (security of the cloud), or both."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    SHARED = "shared"


class ServiceModel(StrEnum):
    """Where the line lies by and large."""

    IAAS = "iaas"
    CONTAINER = "container"
    PAAS = "paas"
    SERVERLESS = "serverless"
    SAAS = "saas"
    FOUNDATION = "foundation"


class Layer(StrEnum):
    """The layer of the stack that an item belongs to, bottom up."""

    PHYSICAL = "physical"
    HYPERVISOR = "hypervisor"
    HOST_OS = "host-os"
    GUEST_OS = "guest-os"
    RUNTIME = "runtime"
    NETWORK = "network"
    APPLICATION = "application"
    DATA = "data"
    ENCRYPTION = "encryption"
    IDENTITY = "identity"
    LOGGING = "logging"
    BACKUP = "backup"
    CONFIGURATION = "configuration"


class Item(Struct, frozen=True):
    """One thing to secure, with both sides' duties. Empty text means that nothing is left to that side."""

    name: str
    layer: Layer
    owner: Owner
    accountable: str | None
    provider_does: str
    customer_does: str
    visible: str | None
    verify: str | None
    default: Mapping[str, object] | None
    moves_when: Mapping[str, Mapping[str, object]] | None
    url: str
    checked: str | None


class Service(Struct, frozen=True):
    """A cloud service: its name, its service model, the provider's page on it, and its items by name."""

    id: str
    provider: str
    name: str
    service_model: ServiceModel
    url: str
    items: Mapping[str, Item]


class Responsibility(Struct, frozen=True):
    """What a finding cites: the item, flattened with its service, and `says`, one sentence for a person."""

    owner: Owner
    provider: str
    service: str
    service_model: ServiceModel
    item: str
    layer: Layer
    accountable: str | None
    team: str | None
    says: str
    provider_does: str
    customer_does: str
    url: str
