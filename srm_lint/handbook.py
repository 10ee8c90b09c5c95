"""`policies docs`: the library of policies in; its pages, a page for each policy and indexes, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from srm_lint.model.policy import Example, Policy, Severity
from srm_lint.model.resource import Language
from srm_lint.model.responsibility import Owner
from srm_lint.report.controls import natural
from srm_lint.responsibility.catalogue import cite, service

_TITLES = {Language.TERRAFORM: "Terraform", Language.CLOUDFORMATION: "CloudFormation"}
_FENCES = {Language.TERRAFORM: "hcl", Language.CLOUDFORMATION: "yaml"}
_OWNERS = {
    Owner.CUSTOMER: "You: security *in* the cloud",
    Owner.PROVIDER: "The provider: security *of* the cloud",
    Owner.SHARED: "Shared between you and the provider",
}


class ForeignPagesError(Exception):
    """A folder for pages that holds somebody else's index."""


def pages(policies: Iterable[Policy]) -> dict[str, str]:
    """The text of each page by its file name: the indexes by service (`README.md`), severity and framework, and
    `<policy id>.md`.
    """
    ordered = sorted(policies, key=lambda policy: (policy.service, policy.id))
    made = {f"{policy.id}.md": _page(policy) for policy in ordered}
    made["README.md"] = _by_service(ordered)
    made["by-severity.md"] = _by_severity(ordered)
    made["by-framework.md"] = _by_framework(ordered)
    return made


def write(folder: Path, policies: Iterable[Policy]) -> list[Path]:
    """Write the pages to `folder`, take away those of policies that are gone, and return what changed.

    Raises `ForeignPagesError` where that would overwrite what is no page of ours, and `OSError`.
    """
    made = pages(policies)
    index = folder / "README.md"
    if index.is_file() and not _read(index).startswith("# Policies\n"):
        raise ForeignPagesError(f"{index} is no index of policies, so it is not overwritten; choose another folder")
    changed = stale(folder, made)
    folder.mkdir(parents=True, exist_ok=True)
    for path in changed:
        if path.name in made:
            path.write_text(made[path.name], "utf-8")
        else:
            path.unlink()
    return changed


def stale(folder: Path, made: dict[str, str]) -> list[Path]:
    """The pages in `folder` that differ from those that are `made`, are missing, or are no longer made. What else lies
    there is no page of a policy, and none of our business.
    """
    there = {path.name: path for path in folder.glob("*.md")}
    differ = [folder / name for name, text in made.items() if name not in there or _read(there[name]) != text]
    return sorted(differ + [path for name, path in there.items() if name not in made and _is_page(path)])


def _is_page(path: Path) -> bool:
    """Whether there is a policy's page at `path`, as `_page` writes it."""
    return f"\n\n`{path.stem}` · severity **" in _read(path)


def _read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")


def _by_service(policies: list[Policy]) -> str:
    lines = [
        *("# Policies", "", f"{len(policies)} policies, each judged in every language that has what it is about."),
        *("Also [by severity](by-severity.md) and [by framework](by-framework.md).", ""),
    ]
    for name, group in groupby(policies, key=lambda policy: (policy.provider, policy.service)):
        lines += [f"## {service(*name).name}", "", *_table(group)]
    return "\n".join(lines)


def _by_severity(policies: list[Policy]) -> str:
    lines = ["# Policies by severity", "", "What the severities mean is [told apart](../severities.md).", ""]
    for severity in sorted(Severity, reverse=True):
        chosen = [policy for policy in policies if policy.severity is severity]
        lines += [f"## {severity.label.capitalize()} ({len(chosen)})", "", *_table(chosen)]
    return "\n".join(lines)


def _by_framework(policies: list[Policy]) -> str:
    lines = [
        *("# Policies by framework", ""),
        *("`srm-lint check --controls FRAMEWORK` judges by these policies, and tells how each control stands.", ""),
    ]
    asked: dict[str, dict[str, list[Policy]]] = defaultdict(lambda: defaultdict(list))
    for policy in policies:
        for framework, names in policy.controls.items():
            for name in names:
                asked[framework][name].append(policy)
    for framework, controls in sorted(asked.items()):
        lines += [f"## {framework}", "", "| Control | Policies |", "| --- | --- |"]
        for name in sorted(controls, key=natural):
            named = ", ".join(f"[{policy.id}]({policy.id}.md)" for policy in controls[name])
            lines.append(f"| {name} | {named} |")
        lines.append("")
    return "\n".join(lines)


def _table(policies: Iterable[Policy]) -> Iterator[str]:
    yield from ("| Policy | Demand | Severity | Owner |", "| --- | --- | --- | --- |")
    for policy in policies:
        owner = service(policy.provider, policy.service).items[policy.item].owner
        yield f"| [{policy.id}]({policy.id}.md) | {policy.title} | {policy.severity.label} | {owner} |"
    yield ""


def _page(policy: Policy) -> str:
    about = service(policy.provider, policy.service)
    cited = cite(about, policy.item)
    lines = [
        *(f"# {policy.title}", "", f"`{policy.id}` · severity **{policy.severity.label}** · `{policy.check.kind}`", ""),
        *(
            policy.why,
            "",
            *([_spoken_for(policy), ""] if policy.instead_of else []),
            *([f"Off until the configuration has `{policy.setting}`.", ""] if policy.setting else []),
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


def _spoken_for(policy: Policy) -> str:
    others = ", ".join(f"[{name}]({name}.md)" for name in policy.instead_of)
    return f"What it tells of a place is not told once more by {others}."


def _situation(example: Example) -> Iterator[str]:
    yield from (f"### {example.outcome.value.capitalize()}: {example.situation}", "")
    for language, text in example.texts.items():
        yield from (f"```{_FENCES[language]}", text.rstrip("\n"), "```", "")
