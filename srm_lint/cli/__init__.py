"""The command line: arguments in, text and an exit code out. The only home of click, which is imported late.

Only this module knows how a run ends when it does not end by itself: an interrupt, a closed pipe, a mistake of ours.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence

INTERNAL = 3
"""The exit code of an internal error: something was not judged."""

REFUSED = 2
"""The exit code of a wrong call, of which an output that takes nothing is one."""

INTERRUPTED = 130
"""128 + SIGINT, as shells say it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line on `arguments`, or on those of the process, and exit."""
    sys.exit(_run(sys.argv[1:] if arguments is None else list(arguments)))


def _run(arguments: list[str]) -> int:
    try:
        return _told_version() if arguments in (["--version"], ["-V"]) else _told(arguments)
    except KeyboardInterrupt:
        print("srm-lint: interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a user never sees a traceback unasked
        import traceback

        # What reads and writes files tells its own errors; what is left is a stream that takes no more.
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            print(f"srm-lint: standard output: {error.strerror}", file=sys.stderr)
            return REFUSED
        if os.environ.get("SRM_LINT_DEBUG"):
            traceback.print_exc()
        else:
            print(_internal(error), file=sys.stderr)
        return INTERNAL


def _told_version() -> int:
    from srm_lint import __version__

    print(f"srm-lint {__version__}", flush=True)
    return 0


def _told(arguments: list[str]) -> int:
    # A run makes very many values and keeps nearly all: looking for garbage less often saves a tenth of its time.
    gc.set_threshold(50_000, 20, 100)
    from srm_lint.cli.output import prepare_streams

    prepare_streams()
    from srm_lint.cli.program import run

    return run(arguments)


def _internal(error: Exception) -> str:
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error}".replace("\n", " ")[:300]
    return (
        f"srm-lint: internal error: {what} ({os.path.basename(frame.filename)}:{frame.lineno}); this is a mistake in "
        "srm-lint, so please report it, with the traceback that SRM_LINT_DEBUG=1 shows"
    )
