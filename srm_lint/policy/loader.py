"""Policy files in, compiled `Policy` objects out.

Only this module knows how a policy file is laid out. A mistake in one is a `MarkedError` with its file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from srm_lint.config import RequiredTags, required_tags
from srm_lint.marked import Marked, MarkedError, did_you_mean, load, optional
from srm_lint.model.policy import Check, Citation, Example, Outcome, Policy, Severity
from srm_lint.model.resource import Language
from srm_lint.model.responsibility import Service
from srm_lint.policy.conditions import Compiler
from srm_lint.policy.tags import REQUIRED
from srm_lint.responsibility.catalogue import service as catalogue_service
from srm_lint.schema.kinds import Kind
from srm_lint.schema.loader import Schema

_KEYS = (
    *("id", "title", "severity", "provider", "service", "item", "why", "check"),
    *("remediation", "citations", "controls", "examples", "formerly", "setting", "instead_of"),
)
_KIND = re.compile(r"^check:\n  for: ([\w.]+)$", re.MULTILINE)
_REQUIRED = ("id", "title", "severity", "service", "item", "why", "check", "remediation", "citations", "examples")


def load_policies(
    files: Iterable[Path], schema: Schema, *, situations: bool = True, required: RequiredTags | None = None
) -> Iterator[Policy]:
    """The policies in `files`, in order; without their `situations`, which are most of a file, where nobody asks for
    them: such files are known to be right, so what lies behind links is not looked up in the map either. Raises
    `MarkedError` at the first mistake, also when two have one id.

    `required` are the tags that the configuration demands; where it demands none, each policy has some of its own for
    its situations.
    """
    seen: dict[str, Policy] = {}
    for file in files:
        policy = load_policy(file, schema, situations=situations, required=required)
        for name in (policy.id, *policy.formerly):
            if name in seen:
                raise MarkedError(policy.span, f'the id "{name}" is taken by {seen[name].span.source}')
            seen[name] = policy
        yield policy


def load_policy(file: Path, schema: Schema, *, situations: bool = True, required: RequiredTags | None = None) -> Policy:
    """The policy in `file`, compiled against the map `schema` and the catalogue. Raises `MarkedError`."""
    root = load(file, but="" if situations else "examples")
    members = root.mapping(_KEYS, _REQUIRED if situations else [name for name in _REQUIRED if name != "examples"])
    id_ = members["id"].text()
    if id_ != file.stem:
        raise members["id"].error(f'the id is "{id_}", but the file is called {file.name}; they are one name')
    example = optional(members, "setting", _setting)
    provider = optional(members, "provider", Marked.text) or "aws"
    service = catalogue_service(provider, members["service"].text())
    return Policy(
        id=id_,
        title=members["title"].text(),
        severity=_severity(members["severity"]),
        provider=provider,
        service=service.id,
        item=_item(members["item"], service),
        why=members["why"].text().strip(),
        check=_check(members["check"], schema, (required or example) if example else None, beyond=situations),
        remediation=_remediation(members["remediation"]),
        citations=tuple(_citation(one) for one in members["citations"].sequence()),
        controls=_controls(members["controls"]) if "controls" in members else {},
        examples=tuple(_example(one) for one in members["examples"].sequence()) if "examples" in members else (),
        formerly=optional(members, "formerly", Marked.texts) or (),
        span=members["id"].span,
        setting=REQUIRED if example else "",
        instead_of=optional(members, "instead_of", Marked.texts) or (),
    )


def kind_of(file: Path) -> str:
    """The kind that the policy in `file` is about, as far as a look at its text tells: parsing takes longer.

    Empty for a policy whose check begins otherwise than ours do, or that cannot be read: it may be about any.
    """
    try:
        found = _KIND.search(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    return found[1] if found is not None else ""


def _severity(written: Marked) -> Severity:
    labels = {severity.label: severity for severity in Severity}
    text = written.text()
    if text not in labels:
        raise written.error(f'the severity "{text}" is not known{did_you_mean(text, labels)}')
    return labels[text]


def _item(written: Marked, service: Service) -> str:
    name = written.text()
    if name not in service.items:
        raise written.error(f'the catalogue of {service.name} has no item "{name}"{did_you_mean(name, service.items)}')
    return name


def _setting(written: Marked) -> RequiredTags:
    """What the configuration may say, as it is said where the situations are judged."""
    return required_tags(written.mapping((REQUIRED,), (REQUIRED,))[REQUIRED])


def _check(written: Marked, schema: Schema, required: RequiredTags | None, *, beyond: bool) -> Check:
    members = written.mapping(("for", "where", "require"), ("for", "require"))
    name = members["for"].text()
    compiler = Compiler(schema, _kind(members["for"], name, schema), required, beyond=beyond)
    return Check(name, optional(members, "where", compiler.compile), compiler.compile(members["require"]))


def _kind(written: Marked, name: str, schema: Schema) -> Kind | None:
    if name.partition(":")[0] in {language.value for language in Language}:
        return None
    kind = schema.kind(name)
    if kind is None:
        raise written.error(f'the map has no kind "{name}"{did_you_mean(name, schema.names())}')
    return kind


def _remediation(written: Marked) -> dict[Language, str]:
    members = written.mapping([language.value for language in Language])
    return {Language(name): text.text().strip() for name, text in members.items()}


def _citation(written: Marked) -> Citation:
    members = written.mapping(("title", "url"), ("title", "url"))
    return Citation(members["title"].text(), members["url"].text())


def _controls(written: Marked) -> dict[str, tuple[str, ...]]:
    return {framework: ids.texts() for framework, ids in written.mapping().items()}


def _example(written: Marked) -> Example:
    languages = [language.value for language in Language]
    members = written.mapping(("situation", "outcome", *languages), ("situation", "outcome"))
    texts = {Language(name): members[name].text() for name in languages if name in members}
    if not texts:
        raise written.error("a situation needs a text in at least one language")
    return Example(members["situation"].text(), members["outcome"].word(Outcome), texts, written.span)
