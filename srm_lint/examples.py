"""`policies test`: policies with their situations in; what each situation should give and does not out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from srm_lint.judge.findings import judge
from srm_lint.model.finding import Finding
from srm_lint.model.inventory import Inventory
from srm_lint.model.policy import Example, Outcome, Policy
from srm_lint.model.resource import Configuration, Language
from srm_lint.model.source import Span, Tree
from srm_lint.normalize import normalize
from srm_lint.normalize.tagged import KIND as TAGGED
from srm_lint.normalize.tagged import tagged
from srm_lint.normalize.texts import KIND as TEXT
from srm_lint.normalize.texts import texts
from srm_lint.responsibility.catalogue import cite, service
from srm_lint.schema.loader import Schema

MARK = "<- here"
_FILES = {Language.TERRAFORM: "main.tf", Language.CLOUDFORMATION: "template.yaml"}


class Broken(Struct, frozen=True):
    """A situation that does not give what it says, in one language: where it is written and what it gives instead."""

    policy: str
    situation: str
    language: Language
    span: Span
    message: str


def broken_examples(policy: Policy, schema: Schema) -> Iterator[Broken]:
    """What is wrong with the situations of `policy`: other outcomes, other lines, or a situation that is missing."""
    for language in Language:
        texts = [example for example in policy.examples if language in example.texts]
        for outcome in Outcome:
            if texts and not any(example.outcome is outcome for example in texts):
                message = f"no situation shows the outcome {outcome}"
                yield Broken(policy.id, "", language, policy.span, message)
    for example in policy.examples:
        for language, text in example.texts.items():
            wrong = _wrong(policy, example, language, text, schema)
            if wrong:
                yield Broken(policy.id, example.situation, language, example.span, wrong)


def _wrong(policy: Policy, example: Example, language: Language, text: str, schema: Schema) -> str:
    with tempfile.TemporaryDirectory(prefix="srm-lint-") as folder:
        file = Path(folder) / _FILES[language]
        file.write_text(text, "utf-8")
        configuration = _read(file, language)
        if configuration is None:
            return "it is not a template"
        if configuration.problems:
            problem = configuration.problems[0]
            return f"line {problem.span.line}: {problem.message}"
        inventory = _inventory(policy.check.kind, configuration, schema)
        return _verdict(policy, example, text, _judged(policy, inventory), inventory)


def _inventory(kind: str, configuration: Configuration, schema: Schema) -> Inventory:
    if kind == TEXT:
        return texts(configuration)
    return tagged(configuration) if kind == TAGGED else normalize(configuration, schema)


def _read(file: Path, language: Language) -> Configuration | None:
    tree = Tree(file.parent)
    if language is Language.TERRAFORM:
        from srm_lint.read.terraform import read as read_terraform

        return next(iter(read_terraform([file.parent], tree)))
    from srm_lint.read.cloudformation import read as read_template

    return next(read_template([file], tree), None)


def _judged(policy: Policy, inventory: Inventory) -> list[Finding]:
    cited = {policy.id: cite(service(policy.provider, policy.service), policy.item)}
    return list(judge(inventory, {policy.check.kind: [policy]}, cited))


def _verdict(policy: Policy, example: Example, text: str, found: list[Finding], inventory: Inventory) -> str:
    if not any(entity.kind == policy.check.kind for entity in inventory.entities.values()):
        return f"it holds no {policy.check.kind}"
    outcomes = {finding.outcome for finding in found}
    worst = next((one for one in (Outcome.FAIL, Outcome.UNKNOWN) if one in outcomes), Outcome.PASS)
    told = "; ".join(finding.message for finding in found if finding.outcome is worst)
    if worst is not example.outcome:
        return f"expected {example.outcome}, got {worst}" + (f" ({told})" if told else "")
    if worst is Outcome.PASS:
        return ""
    marked = {number for number, line in enumerate(text.split("\n"), 1) if MARK in line}
    reported = {finding.primary.line for finding in found if finding.outcome is worst}
    if not marked:
        return f'no line is marked with "{MARK}"; line {min(reported)} is reported'
    if marked != reported:
        return f"lines {_numbers(marked)} are marked, lines {_numbers(reported)} are reported ({told})"
    return ""


def _numbers(lines: set[int]) -> str:
    return ", ".join(str(line) for line in sorted(lines))
