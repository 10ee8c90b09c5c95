"""Measure `srm-lint check` against Checkov and cfn-lint on the same folders and files, round by round in one run.

    python benchmarks/compare.py FOLDER... [--file FILE]... [--templates FOLDER]... [--repeat 3] [--checkov PATH]

Each round runs one program after the other on the same target, so that all see the same machine in the same mood; the
first round warms the disk's cache and is not counted. Shown are the median wall time, the largest peak memory, and the
other's time divided by srm-lint's. Programs are looked for on PATH, and left out where there is none (or with --alone).
Checkov is asked for its Terraform and CloudFormation checks only: that is the work that both do. With --templates, the
CloudFormation templates below a folder are copied to a folder of their own, which cfn-lint lints as well; `reading` is
srm-lint decoding and evaluating them, start-up included, without judging.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
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


READING = """
import sys
from pathlib import Path
from srm_lint.discover import discover
from srm_lint.read.cloudformation import read
for target in discover([Path(sys.argv[1])]):
    for configuration in read(target.templates, target.tree):
        pass
"""


class Others(NamedTuple):
    """The programs to compare with, each None where it is left out."""

    checkov: str | None
    cfn_lint: str | None


def commands_for(target: Path, ours: Sequence[str], others: Others, *, templates: bool) -> dict[str, Sequence[str]]:
    """What to run on `target`, by program."""
    commands: dict[str, Sequence[str]] = {"srm-lint": [*ours, "check", str(target)]}
    if others.checkov:
        option = "-d" if target.is_dir() else "-f"
        commands["checkov"] = [
            *(others.checkov, option, str(target), "--framework", *(() if templates else ("terraform",))),
            *("cloudformation", "--quiet", "--compact", "--skip-download"),
        ]
    if templates:
        commands["reading"] = [ours[0], "-c", READING, str(target)]
    if others.cfn_lint and templates:
        commands["cfn-lint"] = [others.cfn_lint, *sorted(map(str, target.iterdir()))]
    return commands


def copy_templates(folder: Path, into: Path) -> int:
    """Copies the CloudFormation templates below `folder`, and tells how many there are."""
    from srm_lint.discover import discover
    from srm_lint.read.cloudformation.templates import Templates

    copied = 0
    for target in discover([folder]):
        templates = Templates(target.tree)
        for path in target.templates:
            found = templates.at(path)
            if found is not None and found.root is not None:
                shutil.copyfile(path, into / f"{copied:05}-{path.name}")
                copied += 1
    return copied


def rows(target: str, costs: dict[str, Cost]) -> list[str]:
    """The lines of the table for `target`."""
    lines = [
        f"{target:<48} {name:<9} {cost.seconds:>8.2f} s {cost.megabytes:>8.0f} MB   exit {cost.code}"
        for name, cost in costs.items()
    ]
    for own in ("srm-lint", "reading"):
        for name in ("checkov", "cfn-lint"):
            if own in costs and name in costs:
                faster = costs[name].seconds / costs[own].seconds
                smaller = costs[name].megabytes / costs[own].megabytes
                lines.append(f"{'':<48} {own} is {faster:.1f} times faster, {smaller:.1f} times smaller than {name}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(description="Measure srm-lint check against Checkov and cfn-lint in one run.")
    parser.add_argument("targets", nargs="*", type=Path, metavar="FOLDER", help="folders to check")
    parser.add_argument(
        "--file", action="append", default=[], type=Path, help="one file to check (a cold start); repeatable"
    )
    parser.add_argument(
        "--templates", action="append", default=[], type=Path, metavar="FOLDER", help="its templates only; repeatable"
    )
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds for each target [3]")
    parser.add_argument("--checkov", default=shutil.which("checkov"), help="the checkov program [found on PATH]")
    parser.add_argument("--cfn-lint", default=shutil.which("cfn-lint"), help="the cfn-lint program [found on PATH]")
    parser.add_argument("--alone", action="store_true", help="measure srm-lint only")
    asked = parser.parse_args(arguments)
    targets = [*asked.targets, *asked.file]
    missing = [str(target) for target in (*targets, *asked.templates) if not target.exists()]
    if missing or not (targets or asked.templates) or asked.repeat < 1:
        parser.error(
            f"there is no {', '.join(missing)}" if missing else "expected a FOLDER or --file, and --repeat of 1 or more"
        )
    others = Others(None, None) if asked.alone else Others(asked.checkov, asked.cfn_lint)
    if not others.checkov:
        print("checkov is not measured" + ("" if asked.alone else ": it is not on PATH (give --checkov PATH)"))
    ours = [sys.executable, "-m", "srm_lint"]
    for target in targets:
        commands = commands_for(target, ours, others, templates=False)
        print("\n".join(rows(str(target), measure_pairs(commands, asked.repeat))), flush=True)
    for folder in asked.templates:
        with tempfile.TemporaryDirectory() as place:
            count = copy_templates(folder, Path(place))
            commands = commands_for(Path(place), ours, others, templates=True)
            print("\n".join(rows(f"{folder} ({count} templates)", measure_pairs(commands, asked.repeat))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
