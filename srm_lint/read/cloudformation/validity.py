"""A template's text in, what AWS would refuse of it out: the errors of cfn-lint's own rules, as Problems.

Only this module knows cfn-lint, which takes a second to import: it is asked only on request.
"""

from __future__ import annotations

from collections.abc import Iterator

from srm_lint.model.source import Problem, Source, Span


def refusals(source: Source) -> Iterator[Problem]:
    """The errors (not the warnings) that cfn-lint finds, in its order.

    A property that AWS would refuse cannot protect anything.
    Rules: https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md
    """
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    for match in lint(source.text, config=ManualArgs()):
        if match.rule.severity == "error":
            begin, end = (match.linenumber, match.columnnumber), (match.linenumberend, match.columnnumberend)
            span = Span(source.path, *begin, *max(begin, end))
            yield Problem("syntax", f"{match.message.rstrip('.')} (cfn-lint {match.rule.id})", span)
