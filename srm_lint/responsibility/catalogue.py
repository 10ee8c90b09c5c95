"""A cloud and a service's name in, the `Service` of its YAML file out, and the `Responsibility` that a finding cites.

Only this module knows where the catalogue lies and how its files are written (docs/architecture.md, "The catalogue").
"""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from srm_lint.model.responsibility import Item, Layer, Owner, Responsibility, Service, ServiceModel
from srm_lint.model.source import Span
from srm_lint.responsibility.reading import CatalogueError, Entry, Fields, compose

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOT = Path(__file__).parent

ACCOUNTABLE = ("data", "identity", "platform", "network", "application")
"""Roles inside the customer's house; a user's configuration maps them to named teams."""

VISIBLE = ("attribute", "companion-resource", "account-level", "not-visible")
"""How an item shows in a template: as an attribute, as a resource of its own, once per account, or never."""

VERDICTS = ("safe", "weak", "unsafe", "depends")
"""What leaving the setting out means. `depends`: on something outside the template, or on what the workload needs."""

VERBS = ("equals", "in", "present", "at_least", "at_most")
"""The verbs of the language of policies that `moves_when` may use."""

PROVIDER_NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}

_SUBJECT = {
    Layer.PHYSICAL: "the physical layer",
    Layer.HYPERVISOR: "virtualization",
    Layer.HOST_OS: "the host operating system",
    Layer.GUEST_OS: "the guest operating system",
    Layer.RUNTIME: "the version that runs",
    Layer.NETWORK: "network exposure",
    Layer.APPLICATION: "what the application does",
    Layer.DATA: "access to the data",
    Layer.ENCRYPTION: "encryption",
    Layer.IDENTITY: "access control",
    Layer.LOGGING: "logging",
    Layer.BACKUP: "recovery",
    Layer.CONFIGURATION: "configuration",
}
_RUNS = {
    ServiceModel.IAAS: "runs the hardware and the virtualization",
    ServiceModel.CONTAINER: "runs the control plane and the hardware",
    ServiceModel.PAAS: "runs the service and the hosts below it",
    ServiceModel.SERVERLESS: "runs the servers and the execution environment",
    ServiceModel.SAAS: "runs the application and all below it",
    ServiceModel.FOUNDATION: "runs the service itself",
}


def services(provider: str) -> tuple[str, ...]:
    """List the names of the services that the catalogue has of `provider` ("aws"), in order.

    Raises `CatalogueError` where it has no such provider.
    """
    folder = _ROOT / provider
    known = _providers()
    if provider not in known:
        raise CatalogueError(_start(_ROOT), f"there is no provider {provider!r}{_meant(provider, known)}")
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


@cache
def service(provider: str, name: str) -> Service:
    """Find the service called `name` ("s3") of `provider` ("aws"); its file is read once.

    Raises `CatalogueError` where there is none, or where its file is not written as it should be.
    """
    known = services(provider)
    path = _ROOT / provider / f"{name}.yaml"
    if name not in known:
        raise CatalogueError(_start(path.parent), f"there is no service {name!r}{_meant(name, known)}")
    return read_service(path, provider)


def item(service: Service, name: str) -> Item:
    """Find the item of `service` called `name` ("public-access"). Raises `CatalogueError` where there is none."""
    found = service.items.get(name)
    if found is None:
        file = _start(_ROOT / service.provider / f"{service.id}.yaml")
        raise CatalogueError(file, f"{service.name} has no item {name!r}{_meant(name, service.items)}")
    return found


def cite(service: Service, item_name: str, *, team: str | None = None) -> Responsibility:
    """Make what a finding cites of an item; `team` is who answers for it in the user's own house.

    Raises `CatalogueError` where the service has no such item.
    """
    cited = item(service, item_name)
    return Responsibility(
        owner=cited.owner,
        provider=service.provider,
        service=service.id,
        service_model=service.service_model,
        item=cited.name,
        layer=cited.layer,
        accountable=cited.accountable,
        team=team,
        says=says(service, cited),
        provider_does=cited.provider_does,
        customer_does=cited.customer_does,
        url=cited.url,
    )


def says(service: Service, cited: Item) -> str:
    """Say in one sentence, for a person: whose side of the line the item is on, and why.

    The two sides are AWS's own words: https://aws.amazon.com/compliance/shared-responsibility-model/
    """
    provider = PROVIDER_NAMES.get(service.provider, service.provider)
    subject = f"{_SUBJECT[cited.layer]} in {service.name}"
    if cited.owner is Owner.CUSTOMER:
        return f"You own this: {subject} is security in the cloud; {provider} {_RUNS[service.service_model]}."
    if cited.owner is Owner.PROVIDER:
        return f"{provider} owns this: {subject} is here security of the cloud."
    return (
        f"You and {provider} share this: {subject} is in part security of the cloud and in part security in the cloud."
    )


def read_service(path: Path, provider: str) -> Service:
    """Read the service that the file at `path` describes.

    Raises `CatalogueError`, which names the file, the line and what was expected there.
    """
    fields = compose(path, _shown(path)).fields("a service")
    fields.only("service", "name", "service_model", "url", "items")
    name = fields.need("service").text()
    if name != path.stem:
        raise fields.need("service").wrong(f"expected {path.stem!r}, the name of the file, but it is {name!r}")
    items = fields.need("items").fields("the items, by name")
    return Service(
        id=name,
        provider=provider,
        name=fields.need("name").text(),
        service_model=ServiceModel(fields.need("service_model").word(ServiceModel)),
        url=fields.need("url").url(),
        items={key: _item(key, entry) for key, entry in items.entries.items()},
    )


def _item(name: str, entry: Entry) -> Item:
    fields = entry.fields("an item")
    fields.only(
        *("layer", "owner", "accountable", "provider_does", "customer_does", "default"),
        *("visible", "verify", "moves_when", "url", "checked"),
    )
    owner = Owner(fields.need("owner").word(Owner))
    duties = {
        Owner.CUSTOMER: ("accountable", "customer_does", "visible"),
        Owner.PROVIDER: ("provider_does",),
        Owner.SHARED: ("accountable", "customer_does", "visible", "provider_does"),
    }
    for duty in duties[owner]:
        fields.need(duty)
    if owner is Owner.PROVIDER and (stray := fields.get("accountable")):
        raise stray.wrong("expected none: nobody of the customer answers for what the provider owns")
    accountable, visible = fields.get("accountable"), fields.get("visible")
    default, moves, checked = fields.get("default"), fields.get("moves_when"), fields.get("checked")
    return Item(
        name=name,
        layer=Layer(fields.need("layer").word(Layer)),
        owner=owner,
        accountable=accountable.word(ACCOUNTABLE) if accountable else None,
        provider_does=_text(fields, "provider_does") or "",
        customer_does=_text(fields, "customer_does") or "",
        visible=visible.word(VISIBLE) if visible else None,
        verify=_text(fields, "verify"),
        default=_default(default) if default else None,
        moves_when=_moves(moves, owner) if moves else None,
        url=fields.need("url").url(),
        checked=checked.date() if checked else None,
    )


def _text(fields: Fields, key: str) -> str | None:
    entry = fields.get(key)
    return entry.text() if entry else None


def _default(entry: Entry) -> dict[str, object]:
    """Read what holds when nobody writes the setting: one `value`, or one for each language that has its own."""
    fields = entry.fields("a default")
    fields.only("value", "terraform", "cloudformation", "verdict", "since", "url")
    stated = [key for key in ("value", "terraform", "cloudformation") if key in fields.entries]
    if not stated or ("value" in stated and len(stated) > 1):
        raise entry.wrong("expected 'value', or 'terraform' and 'cloudformation' where the languages differ")
    default: dict[str, object] = {key: fields.need(key).plain() for key in stated}
    default["verdict"] = fields.need("verdict").word(VERDICTS)
    if since := fields.get("since"):
        default["since"] = since.text()
    if url := fields.get("url"):
        default["url"] = url.url()
    return default


def _moves(entry: Entry, owner: Owner) -> dict[str, dict[str, object]]:
    """Read where the line moves: by kind, the new owner, the path and verb that tell, and why."""
    moves: dict[str, dict[str, object]] = {}
    for kind, place in entry.fields("the kinds whose settings move the line").entries.items():
        fields = place.fields("where the line moves")
        fields.only("to", "path", *VERBS, "because")
        verbs = [verb for verb in VERBS if verb in fields.entries]
        if len(verbs) != 1:
            raise place.wrong(f"expected one of the verbs {', '.join(VERBS)}")
        to = fields.need("to")
        if to.word(Owner) == owner:
            raise to.wrong(f"expected another owner than {str(owner)!r}, which the item has already")
        path = fields.need("path")
        if not path.text().startswith("$."):
            raise path.wrong("expected a path from the entity, such as $.auto_minor_version_upgrade")
        moves[kind] = {
            "to": to.word(Owner),
            "path": path.text(),
            verbs[0]: fields.need(verbs[0]).plain(),
            "because": fields.need("because").text(),
        }
    return moves


def _providers() -> list[str]:
    return sorted(path.name for path in _ROOT.iterdir() if path.is_dir() and not path.name.startswith("_"))


def _meant(word: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    close = difflib.get_close_matches(word, choices, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(choices)}"


def _shown(path: Path) -> str:
    """`path` from the package on, so that a message reads the same on every machine."""
    return path.relative_to(_ROOT.parent.parent).as_posix() if path.is_relative_to(_ROOT) else path.name


def _start(path: Path) -> Span:
    return Span(_shown(path), 1, 1, 1, 1)
