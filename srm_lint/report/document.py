"""A document of plain dicts, lists and scalars in, JSON text out that is safe to send, store and print.

Only this module knows what JSON encoders do with characters that a terminal, or another parser, would choke on.
"""

from __future__ import annotations

import re

import msgspec

from srm_lint.model.source import Problem, Span
from srm_lint.report.visible import visible_character

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

# JSON may hold these unescaped, but no terminal should get them (delete, the C1 controls, what hides or reorders text),
# nor the log of a workflow ("##[" begins a command).
_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    r"|(?<=##)\["
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def encoded(document: Json) -> str:
    r"""Write `document` as indented JSON (RFC 8259) with a line end.

    UTF-8 has no place for a lone surrogate, and strict parsers refuse its escape: `\udc80` is written in plain letters.
    """
    try:
        data = msgspec.json.encode(document)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_repaired(document))
    text = msgspec.json.format(data, indent=2).decode("utf-8")
    return _UNSAFE.sub(_escape, text) + "\n"


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _repaired(document: Json) -> Json:
    if isinstance(document, str):
        return _SURROGATES.sub(lambda match: visible_character(match[0]), document)
    if isinstance(document, list):
        return [_repaired(item) for item in document]
    if isinstance(document, dict):
        return {str(_repaired(key)): _repaired(item) for key, item in document.items()}
    return document


def location(span: Span) -> Json:
    """A span as our documents write it."""
    return {
        "path": span.source,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def problem_of(problem: Problem) -> Json:
    """A problem as our documents write it."""
    return {"kind": problem.kind, "message": problem.message, "location": location(problem.span)}
