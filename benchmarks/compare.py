"""Measure `srm-lint check` against Checkov on the same folders and files, pair by pair in one run.

    python benchmarks/compare.py FOLDER... [--file FILE]... [--repeat 3] [--checkov PATH]

Each round runs one program, then the other, on the same target, so that both see the same machine in the same mood; the
first round warms the disk's cache and is not counted. Shown are the median wall time, the largest peak memory, and
Checkov's time divided by srm-lint's. Checkov is looked for on PATH, and left out where there is none (or with --alone).
It is asked for its Terraform and CloudFormation checks only: that is the work that both do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What one run cost; of several, the median time, the largest memory and the last exit code."""

    seconds: float
    megabytes: float
    code: int


def measure(command: Sequence[str]) -> Cost:
    """Run `command` once, its output thrown away, and return its wall time and peak memory."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # macOS tells bytes, Linux kilobytes: getrusage(2)
    return Cost(seconds, usage.ru_maxrss / unit, process.returncode)


def summed_up(runs: Sequence[Cost]) -> Cost:
    """The cost of `runs`."""
    return Cost(statistics.median(run.seconds for run in runs), max(run.megabytes for run in runs), runs[-1].code)


def measure_pairs(commands: dict[str, Sequence[str]], rounds: int) -> dict[str, Cost]:
    """The cost of each of `commands`, run in turn for `rounds` rounds after one that is not counted."""
    runs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            run = measure(command)
            if number:
                runs[name].append(run)
    return {name: summed_up(one) for name, one in runs.items()}


def commands_for(target: Path, ours: Sequence[str], checkov: str | None) -> dict[str, Sequence[str]]:
    """What to run on `target`, by program."""
    commands: dict[str, Sequence[str]] = {"srm-lint": [*ours, "check", str(target)]}
    if checkov:
        option = "-d" if target.is_dir() else "-f"
        commands["checkov"] = [
            *(checkov, option, str(target), "--framework", "terraform", "cloudformation"),
            *("--quiet", "--compact", "--skip-download"),
        ]
    return commands


def rows(target: Path, costs: dict[str, Cost]) -> list[str]:
    """The lines of the table for `target`."""
    lines = [
        f"{target!s:<48} {name:<9} {cost.seconds:>8.2f} s {cost.megabytes:>8.0f} MB   exit {cost.code}"
        for name, cost in costs.items()
    ]
    if "checkov" in costs:
        ours, theirs = costs["srm-lint"], costs["checkov"]
        ratio = (
            f"{theirs.seconds / ours.seconds:.1f} times faster, {theirs.megabytes / ours.megabytes:.1f} times smaller"
        )
        lines.append(f"{'':<48} srm-lint is {ratio}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(description="Measure srm-lint check against Checkov, pair by pair in one run.")
    parser.add_argument("targets", nargs="*", type=Path, metavar="FOLDER", help="folders to check")
    parser.add_argument(
        "--file", action="append", default=[], type=Path, help="one file to check (a cold start); repeatable"
    )
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds for each target [3]")
    parser.add_argument("--checkov", default=shutil.which("checkov"), help="the checkov program [found on PATH]")
    parser.add_argument("--alone", action="store_true", help="measure srm-lint only")
    asked = parser.parse_args(arguments)
    targets = [*asked.targets, *asked.file]
    missing = [str(target) for target in targets if not target.exists()]
    if missing or not targets or asked.repeat < 1:
        parser.error(
            f"there is no {', '.join(missing)}" if missing else "expected a FOLDER or --file, and --repeat of 1 or more"
        )
    checkov = None if asked.alone else asked.checkov
    if not checkov:
        print("checkov is not measured" + ("" if asked.alone else ": it is not on PATH (give --checkov PATH)"))
    for target in targets:
        commands = commands_for(target, [sys.executable, "-m", "srm_lint"], checkov)
        print("\n".join(rows(target, measure_pairs(commands, asked.repeat))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
