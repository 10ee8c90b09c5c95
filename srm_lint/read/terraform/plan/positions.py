"""The text of a plan in, the place of each resource in it out.

Terraform writes a plan on one line, so a place in it helps programs more than people: what tells resources apart is
where their addresses stand. That is found without a second parse of tens of megabytes. Lines of a plan are never
quoted: they hold everything, sensitive values included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

from srm_lint.model.source import Source, Span

_ADDRESS = re.compile(r'"address"\s*:\s*("(?:[^"\\]|\\.)*")')


def places(source: Source, wanted: Collection[str]) -> Mapping[str, Span]:
    """Where the address of each resource that is `wanted` is written, among the values first of all."""
    text = source.text
    found: dict[str, Span] = {}
    line, line_start, counted = 1, 0, 0
    for match in _ADDRESS.finditer(text, max(0, text.find('"planned_values"'))):
        written = match[1]
        address = json.loads(written) if "\\" in written else written[1:-1]
        if address in found or address not in wanted:
            continue
        start, end = match.span(1)
        lines = text.count("\n", counted, start)
        if lines:
            line, line_start = line + lines, text.rfind("\n", counted, start) + 1
        counted = start
        found[address] = Span(source.path, line, start - line_start + 1, line, end - line_start + 1)
        if len(found) == len(wanted):
            break
    return found
