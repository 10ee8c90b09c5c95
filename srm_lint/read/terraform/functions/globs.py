"""A pattern and the files below a folder in, those that match out, as `fileset` finds them.

Only this module knows the patterns: https://developer.hashicorp.com/terraform/language/functions/fileset, and
https://github.com/bmatcuk/doublestar/tree/v1.1.5, which Terraform uses: braces do not hold braces, and end within their
part of the path.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from srm_lint.read.terraform.conversion import ConversionError
from srm_lint.read.terraform.functions.signature import LimitError

MAX_STEPS = 1_000_000
"""How many comparisons a pattern may take."""

_META = frozenset("*?[{\\")
Folder = dict[str, "Folder | None"]


def matches(files: Iterable[str], pattern: str) -> set[str]:
    """Those of the relative paths `files` that match. Raises `ConversionError` for a bad pattern, and `LimitError`."""
    return _Search(pattern).through(files)


class _Search:
    def __init__(self, pattern: str) -> None:
        self.parts = [part for part in pattern.split("/") if part]
        self.found: set[str] = set()
        self._steps = 0
        self._seen: set[tuple[str, int]] = set()
        self._known: dict[tuple[str, str], bool] = {}

    def through(self, files: Iterable[str]) -> set[str]:
        root: Folder = {}
        for path in files:
            *folders, name = path.split("/")
            here = root
            for folder in folders:
                below = here.setdefault(folder, {})
                if below is None:
                    break
                here = below
            here[name] = None
        if self.parts:
            self._within(root, "", 0)
        return self.found

    def _within(self, folder: Folder, path: str, at: int) -> None:
        """Look for what the parts from `at` on name in a folder."""
        if (path, at) in self._seen:
            return
        self._seen.add((path, at))
        if self.parts[at] == "**":
            self._at_any_depth(folder, path, at)
            at += 1
            if at == len(self.parts):
                return
        part = self.parts[at]
        names = [name for name in folder if self._fits(part, name)] if _META & set(part) else [part]
        for name in names:
            if name not in folder:
                continue
            below = folder[name]
            if at + 1 == len(self.parts):
                if below is None:
                    self.found.add(path + name)
            elif below is not None:
                self._within(below, f"{path}{name}/", at + 1)

    def _at_any_depth(self, folder: Folder, path: str, at: int) -> None:
        for name, below in folder.items():
            if below is not None:
                self._within(below, f"{path}{name}/", at)
            elif at + 1 == len(self.parts):
                self.found.add(path + name)

    def _fits(self, pattern: str, name: str) -> bool:
        known = self._known.get((pattern, name))
        if known is None:
            self._steps += 1 + len(pattern) + len(name)
            if self._steps > MAX_STEPS:
                raise LimitError("The pattern of this fileset takes more steps than srm-lint spends on it.")
            known = self._known[pattern, name] = self._compared(pattern, name)
        return known

    def _may_fit(self, pattern: str, name: str) -> bool:
        """As `_fits`; what is bad behind a star fits nothing, but is not told of."""
        try:
            return self._fits(pattern, name)
        except ConversionError:
            return False

    def _compared(self, pattern: str, name: str) -> bool:
        at = 0
        for position, letter in enumerate(name):
            if at >= len(pattern):
                return False
            match pattern[at]:
                case "*":
                    rest = pattern[at + 1 :]
                    return not rest or any(self._may_fit(rest, name[start:]) for start in range(position, len(name)))
                case "{":
                    end = _closing(pattern, at + 1, "}")
                    rest = pattern[end + 1 :]
                    return any(self._fits(choice + rest, name[position:]) for choice in _choices(pattern[at + 1 : end]))
                case "[":
                    end = _closing(pattern, at + 1, "]")
                    if not _in_class(pattern[at + 1 : end], letter):
                        return False
                    at = end
                case "\\":
                    at += 1
                    if at >= len(pattern):
                        raise _bad(pattern)
                    if pattern[at] != letter:
                        return False
                case "?":
                    pass
                case other if other != letter:
                    return False
            at += 1
        return pattern[at:] in ("", "*", "**")


def _bad(pattern: str) -> ConversionError:
    return ConversionError(f"failed to glob pattern: syntax error in pattern {pattern}")


def _closing(pattern: str, start: int, end: str) -> int:
    """Where `end` is that no backslash stands before."""
    at = start
    while at < len(pattern):
        if pattern[at] == end:
            return at
        at += 2 if pattern[at] == "\\" else 1
    raise _bad(pattern)


def _choices(written: str) -> Sequence[str]:
    """The parts between commas that no backslash stands before."""
    choices = [""]
    letters = iter(written)
    for letter in letters:
        if letter == ",":
            choices.append("")
        else:
            choices[-1] += letter + next(letters, "") if letter == "\\" else letter
    return choices


def _in_class(written: str, letter: str) -> bool:
    """Whether a letter is one of a class, the text of which stands between brackets."""
    letters = iter(written.removeprefix("^"))
    if not written:
        raise _bad("[]")
    found = False
    low = next(letters, None)
    while low is not None:
        low = _bound(low, letters, written)
        high = low
        following = next(letters, None)
        if following == "-":
            high = _bound(next(letters, "-"), letters, written)
            following = next(letters, None)
        found = found or low <= letter <= high
        low = following
    return found is not written.startswith("^")


def _bound(letter: str, letters: Iterable[str], written: str) -> str:
    if letter == "\\":
        letter = next(iter(letters), "")
    elif letter == "-":
        letter = ""
    if not letter:
        raise _bad(f"[{written}]")
    return letter
