"""Where text stands: files in, `Source`, `Span`, `Comment` and `Problem` out.

Only this module opens the files that are scanned, so only it knows how file access is confined and bounded.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal

from msgspec import Struct

MAX_FILE_BYTES = 8 * 1024 * 1024
"""The largest file that is read. Terraform and CloudFormation users write far less by hand; CloudFormation takes 1
MB.
"""

ProblemKind = Literal["syntax", "missing-module", "unreadable", "unsupported", "limit"]


class Span(Struct, frozen=True):
    """A stretch of a source, in lines and Unicode code points from 1; the end is one past the last, as in SARIF 2.1.0.

    `source` is the path as it is shown: relative to the working directory, with `/`.
    """

    source: str
    line: int
    column: int
    end_line: int
    end_column: int

    def contains(self, other: Span) -> bool:
        """Whether `other` lies inside this span (same source, neither end outside)."""
        return (
            self.source == other.source
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )

    def start(self) -> Span:
        """The empty span at this span's beginning."""
        return Span(self.source, self.line, self.column, self.line, self.column)


class Source(Struct, frozen=True):
    """One text that was read: `path` as it is shown, `text` without a byte order mark, line ends as written."""

    path: str
    text: str

    def lines(self) -> list[str]:
        """The lines, without their ends. Only LF and CRLF end a line: spans count so too."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    def start(self) -> Span:
        """The empty span at the beginning of the file."""
        return Span(self.path, 1, 1, 1, 1)


class Comment(Struct, frozen=True):
    """A comment of the scanned text: `text` as written, markers (`#`, `//`, `/*`) included."""

    span: Span
    text: str


class Problem(Struct, frozen=True):
    """Something that could not be read or found. `message` is a sentence that says what was expected or what to do."""

    kind: ProblemKind
    message: str
    span: Span


class Unreadable(Exception):
    """A file that cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def shown_path(path: Path) -> str:
    """`path` as users see it: relative to the working directory, with `/`, wherever that is possible."""
    return os.path.relpath(path).replace(os.sep, "/")


class Tree:
    """The folder that reading is confined to. Nothing outside `root`, after links are followed, is ever opened."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def __contains__(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self.root)

    def read(self, path: Path, limit: int = MAX_FILE_BYTES) -> Source:
        """The text of `path`, which must be a UTF-8 regular file inside the tree of at most `limit` bytes.

        Raises `Unreadable`, whose problem names the file and what is wrong with it.
        """
        return Source(shown_path(path), _text(shown_path(path), self.bytes(path, limit)))

    def bytes(self, path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
        """What `path` holds, of which `read` makes a text. Raises `Unreadable`."""

        def refuse(kind: ProblemKind, message: str) -> Unreadable:
            return Unreadable(Problem(kind, message, Span(shown_path(path), 1, 1, 1, 1)))

        try:
            about = path.stat() if path in self else None
        except (OSError, RuntimeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "its links lead nowhere"
            raise refuse("unreadable", f"cannot be read: {reason}") from None
        if about is None:  # nor is told whether it exists
            raise refuse("unreadable", "lies outside the scanned tree, so it is not read")
        if not stat.S_ISREG(about.st_mode):
            raise refuse("unreadable", "is not a regular file")
        if about.st_size > limit:
            raise refuse("limit", f"has {about.st_size:,} bytes; files over {limit:,} bytes are not read")
        try:
            return path.read_bytes()
        except OSError as error:
            raise refuse("unreadable", f"cannot be read: {error.strerror}") from None


def _text(path: str, data: bytes) -> str:
    start = Span(path, 1, 1, 1, 1)

    def refuse(message: str, at: Span = start) -> Unreadable:
        return Unreadable(Problem("unreadable", message, at))

    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("is UTF-16; Terraform and CloudFormation read UTF-8, so save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("is not UTF-8", _byte_position(start, data, error.start)) from None
    if "\0" in text:
        raise refuse("holds a NUL byte, so it is not text", _byte_position(start, data, data.index(0)))
    return text


def _byte_position(start: Span, data: bytes, offset: int) -> Span:
    line = data.count(b"\n", 0, offset) + 1
    before = data[data.rfind(b"\n", 0, offset) + 1 : offset]
    column = len(before.decode("utf-8", "replace").removeprefix("\ufeff")) + 1
    return Span(start.source, line, column, line, column)
