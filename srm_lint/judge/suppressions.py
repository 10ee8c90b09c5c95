"""Comments that ignore findings: `# srm-lint: ignore[policy-id, …] reason`. Comments in, `Suppression`s out.

Behind code, a comment covers its line; on a line of its own, the next line of code. What covers a resource's first
line covers all of the resource.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from srm_lint.model.finding import Finding, Suppression
from srm_lint.model.source import Comment, Source

_COMMENT = re.compile(r"srm-lint:\s*ignore\[([^\]]*)\]\s*(.*)", re.DOTALL)
_MARKERS = ("#", "//", "/*")


class Suppressions:
    """The ignore comments of one configuration."""

    def __init__(self, comments: Iterable[Comment], sources: Mapping[str, Source]) -> None:
        self._at: dict[tuple[str, int], list[tuple[frozenset[str], Suppression]]] = defaultdict(list)
        lines: dict[str, list[str]] = {}
        for comment in comments:
            found = _COMMENT.search(comment.text)
            if found is None:
                continue
            path = comment.span.source
            if path not in lines:
                lines[path] = sources[path].lines() if path in sources else []
            ids = frozenset(id_.strip() for id_ in found[1].split(","))
            reason = found[2].strip().removesuffix("*/").strip()
            self._at[path, _covered(comment, lines[path])].append((ids, Suppression(comment.span, reason)))

    def of(self, finding: Finding) -> Suppression | None:
        """The comment that ignores `finding`: at a line that it shows, or at its resource's first line."""
        if not self._at:
            return None
        names = {finding.policy.id, *finding.policy.formerly}
        spans = (finding.primary, *(note.span for note in finding.related), finding.entity.resource.span)
        for span in spans:
            for ids, suppression in self._at.get((span.source, span.line), ()):
                if ids & names:
                    return suppression
        return None


def _covered(comment: Comment, lines: list[str]) -> int:
    line = comment.span.line
    before = lines[line - 1][: comment.span.column - 1] if line <= len(lines) else ""
    if before.strip():
        return line
    for number in range(comment.span.end_line + 1, len(lines) + 1):
        text = lines[number - 1].strip()
        if text and not text.startswith(_MARKERS):
            return number
    return line
