"""`srm-lint explain`: what there is to say about a policy, a service, a kind, a resource type or an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap

import click

from srm_lint.cli.asking import configuration, policies_option
from srm_lint.cli.output import Refusal, width, write
from srm_lint.library import folders, policy_files
from srm_lint.model.policy import Policy
from srm_lint.model.responsibility import Item, Service
from srm_lint.policy.loader import load_policies
from srm_lint.responsibility.catalogue import cite, service, services
from srm_lint.schema.kinds import Kind, Members
from srm_lint.schema.loader import Schema
from srm_lint.spelling import nearest

_PROVIDERS = ("aws",)


@click.command("explain")
@click.argument("name", metavar="NAME")
@policies_option
def command(name: str, own: tuple[Path, ...]) -> int:
    """Tell what NAME is: a policy, a service, a kind, a resource type, or an item of the responsibility catalogue.

    \b
    Examples:
      srm-lint explain s3-bucket-blocks-public-access
      srm-lint explain rds
      srm-lint explain aws_s3_bucket
      srm-lint explain AWS::S3::Bucket
      srm-lint explain s3/public-access
    """
    book = _Book(own)
    told = list(book.told(name))
    if not told:
        hint = nearest(name, book.names()) or "try a policy's id, a service (s3) or a type (aws_s3_bucket)"
        raise Refusal(f'there is nothing called "{name}"; {hint}')
    write("\n\n".join("\n".join(lines) for lines in told) + "\n")
    return 0


class _Book:
    """Everything that has a name."""

    def __init__(self, own: tuple[Path, ...]) -> None:
        self._schema = Schema()
        library = folders((*configuration(None).policies, *own))
        files = [file for folder in library for file in policy_files(folder)]
        self._policies = list(load_policies(files, self._schema))
        self._services = [service(provider, name) for provider in _PROVIDERS for name in services(provider)]

    def names(self) -> list[str]:
        """All that can be asked for."""
        kinds = self._schema.every().values()
        return [
            *(policy.id for policy in self._policies),
            *(one.id for one in self._services),
            *(f"{one.id}/{item}" for one in self._services for item in one.items),
            *(kind.name for kind in kinds),
            *(type_ for kind in kinds for types in kind.types.values() for type_ in types),
        ]

    def told(self, name: str) -> Iterator[list[str]]:
        """Each thing called `name`, as lines."""
        for policy in self._policies:
            if name == policy.id or name in policy.formerly:
                yield self._policy(policy)
        for one in self._services:
            if name == one.id:
                yield self._service(one)
            for item in one.items.values():
                if name in (item.name, f"{one.id}/{item.name}"):
                    yield self._item(one, item)
        for kind in self._schema.every().values():
            if name == kind.name or any(name in types for types in kind.types.values()):
                yield self._kind(kind)

    def _policy(self, policy: Policy) -> list[str]:
        about = service(policy.provider, policy.service)
        cited = cite(about, policy.item)
        lines = [f"{policy.id}: {policy.title} ({policy.severity.label})", "", *_paragraph(policy.why), ""]
        if policy.setting:
            lines += [*_paragraph(f"Off until the configuration has {policy.setting}."), ""]
        lines += _row("judges", policy.check.kind)
        lines += _row("owner", f"{cited.says}")
        lines += _row("item", f"{about.id}/{policy.item}, {cited.layer} layer  {cited.url}")
        for language, text in policy.remediation.items():
            lines += _row("fix", f"({language}) {text}")
        for citation in policy.citations:
            lines += _row("see", f"{citation.title}  {citation.url}")
        for framework, controls in policy.controls.items():
            lines += _row("control", f"{framework}: {', '.join(controls)}")
        for example in policy.examples:
            lines += _row(example.outcome, f"when {example.situation}")
        return lines

    def _service(self, one: Service) -> list[str]:
        lines = [f"{one.id}: {one.name} ({one.provider}, {one.service_model})", f"  {one.url}", ""]
        lines.append("Whose side of the line:")
        for item in one.items.values():
            lines += _row(item.owner, f"{item.name} ({item.layer}): {item.customer_does or item.provider_does}")
        policies = [policy for policy in self._policies if policy.service == one.id]
        return [*lines, "", "Policies:", *_policies(policies)]

    def _item(self, one: Service, item: Item) -> list[str]:
        lines = [f"{one.id}/{item.name}: an item of {one.name}, {item.layer} layer", ""]
        lines += [*_paragraph(cite(one, item.name).says), ""]
        if item.provider_does:
            lines += _row("provider", item.provider_does)
        if item.customer_does:
            lines += _row("you", item.customer_does)
        if item.accountable:
            lines += _row("accountable", item.accountable)
        lines += _row("source", item.url + (f" (read {item.checked})" if item.checked else " (not yet confirmed)"))
        policies = [policy for policy in self._policies if (policy.service, policy.item) == (one.id, item.name)]
        return [*lines, "", "Policies:", *_policies(policies)]

    def _kind(self, kind: Kind) -> list[str]:
        lines = [f"{kind.name}: a kind of resource"]
        for language, types in kind.types.items():
            lines += _row(language, ", ".join(types))
        lines += ["", "What policies can ask about:", *_members(kind.members, "$")]
        policies = [policy for policy in self._policies if policy.check.kind == kind.name]
        return [*lines, "", "Policies:", *_policies(policies)]


def _policies(policies: Iterable[Policy]) -> list[str]:
    lines = [f"  {policy.id} ({policy.severity.label}): {policy.title}" for policy in policies]
    return lines or ["  none yet"]


def _members(members: Members, above: str) -> list[str]:
    lines = [f"  {above}.{name}" for name in members.attributes]
    lines += [f"  {above}.{link.name} -> {link.to}{' (many)' if link.many else ''}" for link in members.links.values()]
    for part in members.parts.values():
        lines += _members(part.members, f"{above}.{part.name}{'[*]' if part.many else ''}")
    return lines


def _paragraph(text: str) -> list[str]:
    return wrap(text, width(), break_long_words=False, break_on_hyphens=False)


def _row(label: str, text: str) -> list[str]:
    indent = " " * 18
    rows = wrap(text, max(40, width() - len(indent)), break_long_words=False, break_on_hyphens=False) or [""]
    return [f"  {label:<14}  {rows[0]}", *(indent + row for row in rows[1:])]
