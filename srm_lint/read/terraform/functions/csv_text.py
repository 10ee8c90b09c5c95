"""CSV in, its records out, read as Terraform reads it: by RFC 4180, strictly.

Only this module knows the syntax: Python's own reader takes quotes inside of fields and ends lines at carriage returns.
https://pkg.go.dev/encoding/csv
"""

from __future__ import annotations

from collections.abc import Iterator

from srm_lint.read.terraform.conversion import ConversionError


def records(text: str) -> Iterator[list[str]]:
    """The fields of each record; empty lines are none. Raises `ConversionError`."""
    lines = _Lines(text)
    while (line := lines.next()) is not None:
        if line not in ("", "\n"):
            yield _record(line, lines)


class _Lines:
    """The lines of a text, each with one line feed as its end, except perhaps the last."""

    def __init__(self, text: str) -> None:
        self._lines = iter(text.split("\n"))
        self._following = next(self._lines, None)
        self.number = 0

    def next(self) -> str | None:
        """The next line, or None behind the last."""
        line, self._following = self._following, next(self._lines, None)
        if line is None or (line == "" and self._following is None):
            return None
        self.number += 1
        return line.removesuffix("\r") + ("" if self._following is None else "\n")

    def error(self, message: str) -> ConversionError:
        """What is wrong with the line that was read last."""
        return ConversionError(f"CSV parse error on line {self.number}: {message}")


def _record(line: str, lines: _Lines) -> list[str]:
    fields: list[str] = []
    while True:
        if not line.startswith('"'):
            field, comma, line = line.partition(",")
            fields.append(field if comma else field.removesuffix("\n"))
            if '"' in field:
                raise lines.error('bare " in non-quoted-field')
        else:
            field, line = _quoted(line[1:], lines)
            fields.append(field)
            comma, line = line[:1], line[1:]
        if comma != ",":
            return fields


def _quoted(line: str, lines: _Lines) -> tuple[str, str]:
    """A field whose opening quote was read, and what follows its closing one."""
    parts: list[str] = []
    while True:
        part, quote, line = line.partition('"')
        parts.append(part)
        if not quote:
            following = lines.next()
            if following is None:
                raise lines.error('extraneous or missing " in quoted-field')
            line = following
        elif line.startswith('"'):
            parts.append('"')
            line = line[1:]
        elif line[:1] in ("", ",", "\n"):
            return "".join(parts), line
        else:
            raise lines.error('extraneous or missing " in quoted-field')
