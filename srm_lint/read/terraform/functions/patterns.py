"""Functions with regular expressions, in RE2's syntax, which is what Terraform documents.

https://developer.hashicorp.com/terraform/language/functions/regex, …/regexall, …/replace
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from srm_lint.model.value import Unknown
from srm_lint.read.terraform.conversion import ConversionError, Undetermined
from srm_lint.read.terraform.functions.pieces import compose, with_pieces
from srm_lint.read.terraform.functions.signature import (
    MAX_ITEMS,
    MAX_TEXT,
    Function,
    LimitError,
    Site,
    Table,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Match = Any
Pattern = Any
Found = str | list[str | None] | dict[str, str | None]


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Pattern:
    import re2  # late: it takes longer to import than most modules take to evaluate

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "unknown error"
        raise ConversionError(
            f"invalid regexp pattern: {reason.decode() if isinstance(reason, bytes) else reason}"
        ) from None
    return compiled


def _capturing(pattern: str) -> Pattern:
    compiled = _compiled(pattern)
    if compiled.groupindex and len(compiled.groupindex) != compiled.groups:
        raise ConversionError("invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return compiled


def _regex(pattern: str, string: str) -> Found:
    match = _capturing(pattern).search(string)
    if match is None:
        raise ConversionError("pattern did not match any part of the given string")
    return _captured(match)


def _regexall(pattern: str, string: str) -> list[Found]:
    return [_captured(match) for match in _matches(_capturing(pattern), string)]


def _matches(pattern: Pattern, string: str) -> Iterator[Match]:
    for count, match in enumerate(pattern.finditer(string)):
        if count >= MAX_ITEMS:
            raise LimitError(f"The pattern matches more than {MAX_ITEMS:,} times.")
        yield match


def _captured(match: Match) -> Found:
    if match.re.groupindex:
        return {name: match[name] for name in sorted(match.re.groupindex)}
    return list(match.groups()) if match.re.groups else str(match[0])


def _replace(site: Site, string: str | Unknown, substring: str, replacement: str | Unknown) -> str | Unknown:
    if len(substring) > 1 and substring.startswith("/") and substring.endswith("/"):
        if isinstance(string, Unknown):
            raise Undetermined(string)
        if isinstance(replacement, Unknown):
            raise Undetermined(replacement)
        return _replace_pattern(string, substring[1:-1], replacement)
    if isinstance(string, str) and isinstance(replacement, str):
        if string.count(substring) * len(replacement) > MAX_TEXT:
            raise LimitError(f"The result has more than {MAX_TEXT:,} characters.")
        return string.replace(substring, replacement)
    if isinstance(string, Unknown) and (not string.pieces or not substring):
        raise Undetermined(string)
    if isinstance(replacement, Unknown) and not substring:
        raise Undetermined(replacement)
    return compose(list(_replaced(site, string, substring, replacement)), site)


def _replaced(site: Site, string: str | Unknown, substring: str, replacement: str | Unknown) -> Iterator[str | Unknown]:
    """What stays of the text between the replacements. What may be part of one that reaches into a gap is gap."""
    pieces = (string,) if isinstance(string, str) else string.pieces
    for at, piece in enumerate(pieces):
        if piece is None:
            if isinstance(string, Unknown):
                yield with_pieces(string, (), site)
            continue
        kept = piece.split(substring)
        if isinstance(string, Unknown):
            ended = _overlap(substring, piece) if at > 0 else 0
            if ended > len(kept[0]) or (len(pieces) > 1 and piece in substring[1:-1]):
                raise Undetermined(string)
            begun = _overlap(kept[-1], substring) if at < len(pieces) - 1 else 0
            kept[-1] = kept[-1][: len(kept[-1]) - begun]
            kept[0] = kept[0][ended:]
        for position, part in enumerate(kept):
            if position:
                yield replacement
            yield part


def _overlap(text: str, following: str) -> int:
    """The most characters that `text` ends with and `following` begins with."""
    longest = min(len(text), len(following))
    return next((size for size in range(longest, 0, -1) if text.endswith(following[:size])), 0)


# https://pkg.go.dev/regexp#Regexp.Expand: a name is as long as possible, $$ is a dollar, what is malformed stays.
_REFERENCE = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))", re.ASCII)


def _replace_pattern(string: str, pattern: str, replacement: str) -> str:
    parts: list[str] = []
    end = size = 0
    for match in _matches(_compiled(pattern), string):
        expanded = _REFERENCE.sub(partial(_expanded, match), replacement)
        size += len(expanded)
        if size > MAX_TEXT:
            raise LimitError(f"The result has more than {MAX_TEXT:,} characters.")
        parts += (string[end : match.start()], expanded)
        end = match.end()
    return "".join(parts) + string[end:]


def _expanded(match: Match, reference: re.Match[str]) -> str:
    name = reference[1] or reference[2]
    if name is None:
        return "$"
    if name.isdecimal():
        return (match[int(name)] or "") if len(name) < 4 and int(name) <= match.re.groups else ""
    return (match[name] or "") if name in match.re.groupindex else ""


TABLE: Table = {
    "regex": Function((text("pattern"), text("string")), _regex),
    "regexall": Function((text("pattern"), text("string")), _regexall),
    "replace": Function((text("str", open=True), text("substr"), text("replace", open=True)), _replace, sited=True),
}
