"""`policies docs`: the library of policies in; its pages, an index and a page for each policy, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from srm_lint.model.policy import Example, Policy
from srm_lint.model.resource import Language
from srm_lint.model.responsibility import Owner
from srm_lint.responsibility.catalogue import cite, service

_TITLES = {Language.TERRAFORM: "Terraform", Language.CLOUDFORMATION: "CloudFormation"}
_FENCES = {Language.TERRAFORM: "hcl", Language.CLOUDFORMATION: "yaml"}
_OWNERS = {
    Owner.CUSTOMER: "You: security *in* the cloud",
    Owner.PROVIDER: "The provider: security *of* the cloud",
    Owner.SHARED: "Shared between you and the provider",
}


def pages(policies: Iterable[Policy]) -> dict[str, str]:
    """The text of each page by its file name: `README.md`, the index, and `<policy id>.md`."""
    ordered = sorted(policies, key=lambda policy: (policy.service, policy.id))
    made = {f"{policy.id}.md": _page(policy) for policy in ordered}
    made["README.md"] = _index(ordered)
    return made


def write(folder: Path, policies: Iterable[Policy]) -> list[Path]:
    """Write the pages to `folder`, take away those of policies that are gone, and return what changed."""
    made = pages(policies)
    changed = stale(folder, made)
    folder.mkdir(parents=True, exist_ok=True)
    for path in changed:
        if path.name in made:
            path.write_text(made[path.name], "utf-8")
        else:
            path.unlink()
    return changed


def stale(folder: Path, made: dict[str, str]) -> list[Path]:
    """The files of `folder` that differ from the pages `made`, are missing, or are no longer made."""
    there = {path.name: path for path in folder.glob("*.md")}
    differ = [
        folder / name for name, text in made.items() if name not in there or there[name].read_text("utf-8") != text
    ]
    return sorted(differ + [path for name, path in there.items() if name not in made])


def _index(policies: list[Policy]) -> str:
    lines = ["# Policies", "", f"{len(policies)} policies, each judged on Terraform and CloudFormation alike.", ""]
    for name, group in groupby(policies, key=lambda policy: (policy.provider, policy.service)):
        lines += [
            f"## {service(*name).name}",
            "",
            "| Policy | Demand | Severity | Owner |",
            "| --- | --- | --- | --- |",
        ]
        for policy in group:
            owner = service(policy.provider, policy.service).items[policy.item].owner
            lines.append(f"| [{policy.id}]({policy.id}.md) | {policy.title} | {policy.severity.label} | {owner} |")
        lines.append("")
    return "\n".join(lines)


def _page(policy: Policy) -> str:
    about = service(policy.provider, policy.service)
    cited = cite(about, policy.item)
    lines = [
        *(f"# {policy.title}", "", f"`{policy.id}` · severity **{policy.severity.label}** · `{policy.check.kind}`", ""),
        *(
            policy.why,
            "",
            "## Who owns the fix",
            "",
            f"**{_OWNERS[cited.owner]}** ({about.name}, {cited.layer} layer).",
            "",
        ),
    ]
    if cited.provider_does:
        lines += [f"- The provider: {cited.provider_does}"]
    if cited.customer_does:
        lines += [f"- You: {cited.customer_does}"]
    lines += ["", f"Source: <{cited.url}>", "", "## How to fix it", ""]
    lines += [f"- {_TITLES[language]}: {text}" for language, text in policy.remediation.items()]
    lines += ["", "## Situations", ""]
    for example in policy.examples:
        lines += _situation(example)
    lines += ["## Sources", "", *(f"- [{citation.title}]({citation.url})" for citation in policy.citations), ""]
    if policy.controls:
        lines += ["## Controls", ""]
        lines += [f"- {framework}: {', '.join(ids)}" for framework, ids in policy.controls.items()] + [""]
    return "\n".join(lines)


def _situation(example: Example) -> Iterator[str]:
    yield from (f"### {example.outcome.value.capitalize()}: {example.situation}", "")
    for language, text in example.texts.items():
        yield from (f"```{_FENCES[language]}", text.rstrip("\n"), "```", "")
