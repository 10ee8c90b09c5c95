"""Text in; standard output, standard error and files out.

Only this module knows about encodings, colours, terminals, and readers that hang up.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

import click

from srm_lint.report.visible import visible

BROKEN_PIPE = 141
"""128 + SIGPIPE, as shells say it."""

PIPE_WIDTH = 100
"""The width of what is not written to a terminal, so that it is the same everywhere."""


class Refusal(click.ClickException):
    """A wrong call, configuration or policy: told in one line, exit code 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Tell what is wrong on standard error."""
        say(self.message)


def prepare_streams() -> None:
    """Let a character that a terminal's encoding lacks be written out, and a closed stream swallow what it is given."""
    # Python has no stream where the caller closed it (2>&-): https://docs.python.org/3/library/sys.html#sys.__stdout__
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the rest of the run
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the rest of the run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(message: str) -> None:
    """One line of our own on standard error, apart from any report. It may name files: those can be called anything."""
    print(f"srm-lint: {visible(message)}", file=sys.stderr)


def is_terminal() -> bool:
    """Whether standard output is read by a person."""
    return sys.stdout.isatty()


def wants_color(asked: bool | None) -> bool:
    """Whether to colour: as asked, else on a terminal that can, unless NO_COLOR is set (https://no-color.org)."""
    if asked is not None:
        return asked
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """How many columns a report for people may take."""
    return min(max(shutil.get_terminal_size((PIPE_WIDTH, 24)).columns, 60), 140) if is_terminal() else PIPE_WIDTH


def write(text: str, *, machine: bool = False) -> None:
    """Write `text` to standard output, for machines always in UTF-8. Exits quietly if nobody reads any more.

    Raises `Refusal` if it cannot be written for another reason, such as a full disk.
    """
    try:
        if machine:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8"))
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_output()
        sys.exit(BROKEN_PIPE)
    except OSError as error:
        _abandon_output()
        raise Refusal(f"the report cannot be written to standard output: {error.strerror}") from None


def _abandon_output() -> None:
    # Else the interpreter would complain once more when it flushes at its end:
    # https://docs.python.org/3/library/signal.html#note-on-sigpipe
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_file(file: Path, text: str) -> None:
    """Write `text` to `file` as UTF-8, making its folder. Raises `Refusal` if that cannot be done."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise Refusal(f"{file}: cannot be written: {error.strerror}") from None


@contextmanager
def progress(message: str, *, wanted: bool) -> Iterator[None]:
    """Show `message` while the work inside goes on, where somebody sits at a terminal to wait for it."""
    shown = wanted and sys.stderr.isatty()
    if shown:
        print(f"{message} …", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
