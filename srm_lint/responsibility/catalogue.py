"""A cloud and a service's name in, the `Service` of its YAML file out, and the `Responsibility` that a finding cites.

Only this module knows where the catalogue lies and how its files are written (docs/architecture.md, "The catalogue").
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from srm_lint.marked import Marked, MarkedError, did_you_mean, load, optional
from srm_lint.model.responsibility import Item, Layer, Owner, Responsibility, Service, ServiceModel
from srm_lint.model.source import Span, shown_path

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

    Raises `MarkedError` where it has no such provider.
    """
    folder = _ROOT / provider
    known = _providers()
    if provider not in known:
        raise _missing(_ROOT, f'there is no provider "{provider}"{did_you_mean(provider, known)}')
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


@cache
def service(provider: str, name: str) -> Service:
    """Find the service called `name` ("s3") of `provider` ("aws"); its file is read once.

    Raises `MarkedError` where there is none, or where its file is not written as it should be.
    """
    known = services(provider)
    path = _ROOT / provider / f"{name}.yaml"
    if name not in known:
        raise _missing(path.parent, f'the catalogue has no service "{name}"{did_you_mean(name, known)}')
    return read_service(path, provider)


def item(service: Service, name: str) -> Item:
    """Find the item of `service` called `name` ("public-access"). Raises `MarkedError` where there is none."""
    found = service.items.get(name)
    if found is None:
        file = _ROOT / service.provider / f"{service.id}.yaml"
        raise _missing(file, f'{service.name} has no item "{name}"{did_you_mean(name, service.items)}')
    return found


def cite(service: Service, item_name: str, *, team: str | None = None) -> Responsibility:
    """Make what a finding cites of an item; `team` is who answers for it in the user's own house.

    Raises `MarkedError` where the service has no such item.
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
        return f"{provider} owns this: here, {subject} is security of the cloud."
    return (
        f"You and {provider} share this: {subject} is in part security of the cloud and in part security in the cloud."
    )


def read_service(path: Path, provider: str) -> Service:
    """Read the service that the file at `path` describes.

    Raises `MarkedError`, which names the file, the line and what was expected there.
    """
    keys = ("service", "name", "service_model", "url", "items")
    members = load(path).mapping(keys, keys)
    name = members["service"].text()
    if name != path.stem:
        raise members["service"].error(f'expected "{path.stem}", the name of the file')
    return Service(
        id=name,
        provider=provider,
        name=members["name"].text(),
        service_model=members["service_model"].word(ServiceModel),
        url=_url(members["url"]),
        items={key: _item(key, item) for key, item in members["items"].mapping().items()},
    )


_DUTIES = {
    Owner.CUSTOMER: ("accountable", "customer_does", "visible"),
    Owner.PROVIDER: ("provider_does",),
    Owner.SHARED: ("accountable", "customer_does", "visible", "provider_does"),
}


def _item(name: str, written: Marked) -> Item:
    members = written.mapping(
        (
            *("layer", "owner", "accountable", "provider_does", "customer_does", "default"),
            *("visible", "verify", "moves_when", "url", "checked"),
        ),
        ("layer", "owner", "url"),
    )
    owner = members["owner"].word(Owner)
    written.mapping(required=_DUTIES[owner])
    if owner is Owner.PROVIDER and "accountable" in members:
        raise members["accountable"].error("nobody of the customer answers for what the provider owns")
    return Item(
        name=name,
        layer=members["layer"].word(Layer),
        owner=owner,
        accountable=optional(members, "accountable", lambda value: _one_of(value, ACCOUNTABLE)),
        provider_does=optional(members, "provider_does", _sentence) or "",
        customer_does=optional(members, "customer_does", _sentence) or "",
        visible=optional(members, "visible", lambda value: _one_of(value, VISIBLE)),
        verify=optional(members, "verify", _sentence),
        default=optional(members, "default", _default),
        moves_when=optional(members, "moves_when", lambda value: _moves(value, owner)),
        url=_url(members["url"]),
        checked=optional(members, "checked", _day),
    )


def _sentence(value: Marked) -> str:
    return " ".join(value.text().split())


def _one_of(value: Marked, words: Collection[str]) -> str:
    word = value.text()
    if word not in words:
        raise value.error(f'"{word}" is not known here{did_you_mean(word, words)}')
    return word


def _url(value: Marked) -> str:
    url = value.text()
    if not url.startswith("https://") or " " in url:
        raise value.error("expected an address that begins with https://")
    return url


def _day(value: Marked) -> str:
    day = value.plain()
    if not isinstance(day, datetime.date) or isinstance(day, datetime.datetime):
        raise value.error("expected a day such as 2026-11-22")
    return day.isoformat()


def _default(written: Marked) -> Mapping[str, object]:
    """Read what holds when nobody writes the setting: one `value`, or one for each language that has its own."""
    members = written.mapping(("value", "terraform", "cloudformation", "verdict", "since", "url"), ("verdict",))
    stated = [key for key in ("value", "terraform", "cloudformation") if key in members]
    if not stated or ("value" in stated and len(stated) > 1):
        raise written.error('expected "value", or "terraform" and "cloudformation" where the languages differ')
    default: dict[str, object] = {key: members[key].plain() for key in stated}
    if None in default.values():
        raise written.error("nothing is no default: leave it out, or say what holds in words")
    default["verdict"] = _one_of(members["verdict"], VERDICTS)
    if "since" in members:
        default["since"] = members["since"].text()
    if "url" in members:
        default["url"] = _url(members["url"])
    return default


def _moves(written: Marked, owner: Owner) -> Mapping[str, Mapping[str, object]]:
    """Read where the line moves: by kind, the new owner, the path and verb that tell, and why."""
    moves: dict[str, Mapping[str, object]] = {}
    for kind, place in written.mapping().items():
        members = place.mapping(("to", "path", *VERBS, "because"), ("to", "path", "because"))
        verbs = [verb for verb in VERBS if verb in members]
        if len(verbs) != 1:
            raise place.error(f"expected one of the verbs {', '.join(VERBS)}")
        to = members["to"].word(Owner)
        if to is owner:
            raise members["to"].error(f'expected another owner than "{owner}", which the item has already')
        path = members["path"].text()
        if not path.startswith("$."):
            raise members["path"].error("expected a path from the entity, such as $.auto_minor_version_upgrade")
        because = _sentence(members["because"])
        moves[kind] = {"to": to.value, "path": path, verbs[0]: members[verbs[0]].plain(), "because": because}
    return moves


def _providers() -> list[str]:
    return sorted(path.name for path in _ROOT.iterdir() if path.is_dir() and not path.name.startswith("_"))


def _missing(path: Path, message: str) -> MarkedError:
    return MarkedError(Span(shown_path(path), 1, 1, 1, 1), message)
