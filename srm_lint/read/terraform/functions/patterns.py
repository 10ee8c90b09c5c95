"""Functions with regular expressions, in RE2's syntax, which is what Terraform documents.

https://developer.hashicorp.com/terraform/language/functions/regex, …/regexall, …/replace
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from srm_lint.model.value import Unknown
from srm_lint.read.terraform.conversion import ConversionError, Undetermined
from srm_lint.read.terraform.functions.parameters import text
from srm_lint.read.terraform.functions.pieces import compose, with_pieces
from srm_lint.read.terraform.functions.signature import MAX_ITEMS, MAX_TEXT, Function, LimitError, Site, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

Match = Any
Pattern = Any
Found = str | tuple[str | None, ...] | dict[str, str | None]


_BYTE = re.compile(r"(?:[^\\]|\\[^C])*\\C", re.DOTALL)
"""A single byte: RE2 in C++ knows it, but Go's does not, since it would cut characters."""


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Pattern:
    import re2  # late: it takes longer to import than most modules take to evaluate

    if _BYTE.match(pattern):
        raise ConversionError(r"invalid regexp pattern: invalid escape sequence in \C")
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "unknown error"
        raise ConversionError(
            f"invalid regexp pattern: {reason.decode() if isinstance(reason, bytes) else reason}"
        ) from None
    for name in compiled.groupindex:
        if not name.isascii():
            raise ConversionError(f"invalid regexp pattern: invalid named capture in (?P<{name}>")
    return compiled


def _capturing(pattern: str) -> Pattern:
    compiled = _compiled(pattern)
    if compiled.groupindex and len(compiled.groupindex) != compiled.groups:
        raise ConversionError("invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return compiled


def _regex(pattern: str, string: str) -> Found:
    match = _capturing(pattern).search(string.encode())
    if match is None:
        raise ConversionError("pattern did not match any part of the given string")
    return _captured(match)


def _regexall(pattern: str, string: str) -> list[Found]:
    return [_captured(match) for match in _matches(_capturing(pattern), string)]


def _matches(pattern: Pattern, string: str) -> Iterator[Match]:
    """The matches in the text's bytes, as Go finds them: an empty one right behind another does not count.

    https://pkg.go.dev/regexp: "empty matches abutting a preceding match are ignored"
    """
    encoded = string.encode()
    position, last, count = 0, -1, 0
    while position <= len(encoded) and (match := pattern.search(encoded, position)) is not None:
        start, end = match.span()
        position = end if end > position else _next_character(encoded, position)
        if start != end or start != last:
            count += 1
            if count > MAX_ITEMS:
                raise LimitError(f"The pattern matches more than {MAX_ITEMS:,} times.")
            yield match
        last = end


def _next_character(encoded: bytes, position: int) -> int:
    position += 1
    while position < len(encoded) and encoded[position] & 0xC0 == 0x80:
        position += 1
    return position


def _captured(match: Match) -> Found:
    if match.re.groupindex:
        return {name: _text(match[name]) for name in sorted(match.re.groupindex)}
    return tuple(map(_text, match.groups())) if match.re.groups else str(match[0].decode())


def _text(group: bytes | None) -> str | None:
    return None if group is None else group.decode()


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


# https://pkg.go.dev/regexp#Regexp.Expand: a name is as long as possible, $$ is a dollar, what is malformed stays, and
# a name that no group has is nothing.
_REFERENCE = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


def _replace_pattern(string: str, pattern: str, replacement: str) -> str:
    encoded = string.encode()
    parts: list[bytes] = []
    end = size = 0
    for match in _matches(_compiled(pattern), string):
        expanded = _REFERENCE.sub(partial(_expanded, match), replacement).encode()
        size += len(expanded)
        if size > MAX_TEXT:
            raise LimitError(f"The result has more than {MAX_TEXT:,} characters.")
        parts += (encoded[end : match.start()], expanded)
        end = match.end()
    return (b"".join(parts) + encoded[end:]).decode()


def _expanded(match: Match, reference: re.Match[str]) -> str:
    name = reference[1] or reference[2]
    if name is None:
        return "$"
    if _NUMBER.fullmatch(name):
        return (_text(match[int(name)]) or "") if int(name) <= match.re.groups else ""
    return (_text(match[name]) or "") if name in match.re.groupindex else ""


TABLE: Table = {
    "regex": Function((text("pattern"), text("string")), _regex),
    "regexall": Function((text("pattern"), text("string")), _regexall),
    "replace": Function((text("str", open=True), text("substr"), text("replace", open=True)), _replace, sited=True),
}
