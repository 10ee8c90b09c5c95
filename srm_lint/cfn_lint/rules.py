"""Policies in, classes that cfn-lint makes rules of out; only this module knows what a rule of cfn-lint is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from srm_lint.config import Config, find_config, read_config
from srm_lint.library import folders, policy_files
from srm_lint.model.finding import Finding
from srm_lint.model.policy import Outcome, Policy, Severity
from srm_lint.model.resource import Language
from srm_lint.model.source import Span, shown_path
from srm_lint.policy.loader import load_policies
from srm_lint.report.owner import owner_line
from srm_lint.report.visible import visible
from srm_lint.request import Request
from srm_lint.run import check
from srm_lint.schema.loader import Schema

if TYPE_CHECKING:
    from cfnlint.template import Template


def _config() -> Config:
    found = find_config(Path.cwd())
    return Config() if found is None else read_config(found)


@lru_cache(maxsize=8)
def _findings(file: Path) -> Mapping[str, list[Finding]]:
    """What fails in the template `file`, by policy. All rules of one run ask about the same file."""
    config = _config()
    request = Request(
        paths=(file,),
        policies=config.policies,
        ignore=config.ignore,
        parameters=config.parameters,
        teams=config.teams,
    )
    failures: dict[str, list[Finding]] = defaultdict(list)
    for finding in check(request).findings:
        if finding.outcome is Outcome.FAIL and finding.suppression is None:
            failures[finding.policy.id].append(finding)
    return failures


class PolicyRule(CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint ships no types
    """One policy, as its subclasses say."""

    policy: Policy

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """The failures of the policy in the template, where the fix goes."""
        if not cfn.filename or not Path(cfn.filename).is_file():
            return  # a template from standard input has no lines to point at
        shown = shown_path(Path(cfn.filename))
        for finding in _findings(Path(cfn.filename)).get(self.policy.id, ()):
            told = visible(f"{self.policy.title}: {finding.message}. Owner: {owner_line(finding.responsibility)}")
            name = finding.entity.resource.address.partition("/")[0]
            span = next((span for span in _spans(finding) if span.source == shown), None)
            where = {} if span is None else {"location": _location(span)}
            yield RuleMatch(["Resources", name], told, **where)


def _spans(finding: Finding) -> Iterator[Span]:
    """Where to point: the literal that decided, the way from there, or the resource."""
    yield finding.primary
    yield from (note.span for note in finding.related)
    yield finding.entity.resource.span.start()


def _location(span: Span) -> tuple[int, int, int, int]:
    """cfn-lint counts from zero."""
    return span.line - 1, span.column - 1, span.end_line - 1, span.end_column - 1


def all_rules() -> dict[str, type[PolicyRule]]:
    """A class for each policy that concerns templates, the user's own included, by its name.

    Raises `MarkedError` or `LibraryError` for a mistake in policies or in the configuration.
    """
    schema = Schema()
    files = [file for folder in folders(_config().policies) for file in policy_files(folder)]
    policies = [policy for policy in load_policies(files, schema) if _concerns_templates(policy, schema)]
    return {rule.__name__: rule for rule in map(_rule, policies)}


def _concerns_templates(policy: Policy, schema: Schema) -> bool:
    kind = schema.kind(policy.check.kind)
    if kind is None:
        return policy.check.kind.startswith(f"{Language.CLOUDFORMATION}:")
    return Language.CLOUDFORMATION in kind.types


def _rule(policy: Policy) -> type[PolicyRule]:
    level = "E" if policy.severity >= Severity.HIGH else "W"
    says = {
        "policy": policy,
        "id": f"{level}-{policy.id}",
        "shortdesc": policy.title,
        "description": policy.why,
        "source_url": next((citation.url for citation in policy.citations), ""),
        "tags": ["srm-lint", policy.service, policy.severity.label],
    }
    return type("".join(word.capitalize() for word in policy.id.split("-")), (PolicyRule,), says)
