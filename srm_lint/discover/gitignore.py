"""Lines of a .gitignore file in; whether they ignore an entry, take it back or say nothing of it out.

Only this module knows the syntax, as https://git-scm.com/docs/gitignore#_pattern_format tells it. It asks about one
entry at a time, as git does: whoever walks never enters an ignored folder. (pathspec's patterns also match what lies
below what they name, so that `logs/**` ignores `logs` itself, and compiling them takes three milliseconds a file.)
Matching never goes back further than the last star, so no pattern makes it slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

_SPECIAL = frozenset("*?[\\")

CLASSES: dict[str, Callable[[str], bool]] = {
    "alnum": str.isalnum,
    "alpha": str.isalpha,
    "blank": lambda char: char in " \t",
    "cntrl": lambda char: ord(char) < 32 or ord(char) == 127,
    "digit": lambda char: char in "0123456789",
    "graph": lambda char: char.isprintable() and not char.isspace(),
    "lower": str.islower,
    "print": str.isprintable,
    "punct": lambda char: char.isprintable() and not char.isalnum() and not char.isspace(),
    "space": str.isspace,
    "upper": str.isupper,
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
}

_One = Callable[[str], bool]
_STAR: _One = lambda _: True  # noqa: E731 - a mark, told apart by identity


class Pattern(Struct, frozen=True):
    """One line: what it says of what `matches`; a pattern without a slash is asked about the last name only."""

    ignores: bool
    folders_only: bool
    names_only: bool
    matches: Callable[[str], bool]


def parse(lines: Iterable[str]) -> tuple[Pattern, ...]:
    """The patterns of `lines`, the last first, since the last that matches decides."""
    return tuple(pattern for pattern in map(_pattern, reversed(list(lines))) if pattern is not None)


def verdict(patterns: Sequence[Pattern], path: str, *, folder: bool) -> bool | None:
    """Whether `patterns` ignore `path` (relative to their file, with `/`): True, False (taken back) or None."""
    name = path[path.rfind("/") + 1 :]
    for pattern in patterns:
        if (folder or not pattern.folders_only) and pattern.matches(name if pattern.names_only else path):
            return pattern.ignores
    return None


@lru_cache(maxsize=4096)
def _pattern(line: str) -> Pattern | None:
    text = _trimmed(line)
    if not text or text.startswith("#"):
        return None
    ignores = not text.startswith("!")
    text = text.removeprefix("!")
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    text = text.removeprefix("**/") if text.count("/") == 1 else text
    names_only = "/" not in text
    matches = _segment(text) if names_only else _path(text.removeprefix("/"))
    return None if matches is None else Pattern(ignores, folders_only, names_only, matches)


def _trimmed(line: str) -> str:
    """`line` without its end and trailing spaces, except a space that a backslash protects."""
    text = line.rstrip("\r\n")
    bare = text.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if backslashes % 2 and bare != text else bare


def _path(text: str) -> Callable[[str], bool] | None:
    """The test for a path: `**` as a whole segment stands for any number of them, at the end for at least one."""
    segments: list[Callable[[str], bool] | None] = []
    for part in text.split("/"):
        if len(part) > 1 and not part.strip("*"):
            segments.append(None)
            continue
        segment = _segment(part)
        if segment is None:
            return None
        segments.append(segment)
    if segments[-1] is None:
        segments.append(_STAR)

    start = _literal_start(text)

    def matches(path: str) -> bool:
        return path.startswith(start) and _sequence(segments, path.split("/"), None)

    return matches


def _literal_start(text: str) -> str:
    """What all that `text` matches begins with: most of what is asked about fails here, at little cost."""
    end = next((at for at, char in enumerate(text) if char in _SPECIAL), len(text))
    # What stands before `/**` may match with or without that slash.
    return text[:end].removesuffix("/")


def _segment(text: str) -> Callable[[str], bool] | None:
    """The test for one name; None where `text` can match nothing (an open bracket, a backslash at the end)."""
    if not _SPECIAL.intersection(text):
        return text.__eq__
    if text[0] == "*" and not _SPECIAL.intersection(text[1:]):
        ending = text[1:]
        return lambda name: name.endswith(ending)
    tokens = _tokens(text)
    if tokens is None:
        return None
    start = _literal_start(text)
    return lambda name: name.startswith(start) and _sequence(tokens, name, _STAR)


def _sequence(tokens: Sequence[_One | None], items: Sequence[str], star: _One | None) -> bool:
    """Whether `tokens` match all of `items` in order, where `star` among them stands for any number of items."""
    at = token = 0
    resume: tuple[int, int] | None = None
    while at < len(items):
        current = tokens[token] if token < len(tokens) else False
        if current is star:
            token += 1
            resume = (token, at)
        elif callable(current) and current(items[at]):
            token += 1
            at += 1
        elif resume is not None:
            resume = (resume[0], resume[1] + 1)
            token, at = resume
        else:
            return False
    return all(left is star for left in tokens[token:])


def _tokens(text: str) -> list[_One] | None:
    tokens: list[_One] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            if not tokens or tokens[-1] is not _STAR:
                tokens.append(_STAR)
        elif char == "?":
            tokens.append(lambda _: True)
        elif char == "[":
            bracket = _bracket(text, at)
            if bracket is None:
                return None
            token, at = bracket
            tokens.append(token)
        elif char == "\\":
            if at == len(text):
                return None
            tokens.append(text[at].__eq__)
            at += 1
        else:
            tokens.append(char.__eq__)
    return tokens


def _bracket(text: str, at: int) -> tuple[_One, int] | None:
    """The test for one character that a bracket stands for, and where it ends; None where it does not end."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    tests: list[_One] = []
    first = at
    while at < len(text) and (text[at] != "]" or at == first):
        if text.startswith("[:", at) and (end := text.find(":]", at)) > 0:
            test = CLASSES.get(text[at + 2 : end])
            if test is None:
                return None
            tests.append(test)
            at = end + 2
            continue
        low, at = _character(text, at)
        high = low
        if text.startswith("-", at) and text[at + 1 : at + 2] not in ("", "]"):
            high, at = _character(text, at + 1)
        tests.append(lambda char, low=low, high=high: low <= char <= high)  # type: ignore[misc]  # bound early
    if at >= len(text):
        return None
    return (lambda char: any(test(char) for test in tests) is not negated), at + 1


def _character(text: str, at: int) -> tuple[str, int]:
    if text[at] == "\\" and at + 1 < len(text):
        at += 1
    return text[at], at + 1
