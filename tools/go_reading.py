"""A folder in, what tfparse makes of it out: per address the body as plain data, None for all that it does not know.

tfparse is the evaluator of Trivy, written in Go (https://github.com/cloud-custodian/tfparse). It never says
"unknown": it says null, or makes something up. Only this module runs it, and tells what it makes up from what it knows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from go_copy import NOBODY_KNOWS

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

PLACE = "__tfmeta"
"""What tfparse calls the member that says where a block stands; only blocks have it."""

TIMEOUT = 300
_NOT_BODIES = ("variable", "module", "provider", "terraform", "moved")

# It runs in a process of its own, since a panic in Go ends the process, and gives a line for each folder.
_PROGRAM = """
import json, sys, tfparse
for folder in sys.argv[1:]:
    print(json.dumps(tfparse.load_from_path(folder, allow_downloads=False)), flush=True)
"""


Blocks = dict[str, list[dict[str, Plain]]]


def load(folders: Sequence[Path]) -> Iterator[dict[str, Plain] | None]:
    """What tfparse says of the root module in each of `folders` (of a copied tree); None where it fails."""
    # It is asked twice, from different folders: what it makes up (identifiers, random numbers, times) or takes from
    # where it happens to run (path.cwd) is different each time.
    for one, other in zip(*(_answers(folders, work) for work in (folders[0], Path("/"))), strict=True):
        if one is None or other is None:
            yield None
        else:
            first, second = _by_address(one), _by_address(other)
            yield {address: _certain(first[address], second[address]) for address in first.keys() & second.keys()}


def _answers(folders: Sequence[Path], work: Path) -> Iterator[Blocks | None]:
    waiting = [str(folder) for folder in folders]
    while waiting:
        # A line without an end is of a folder that was not finished.
        lines = _run(waiting, work).split(b"\n")[:-1]
        yield from map(json.loads, lines)
        if len(lines) < len(waiting):
            yield None
        waiting = waiting[len(lines) + 1 :]


def _run(folders: Sequence[str], work: Path) -> bytes:
    command = [sys.executable, "-c", _PROGRAM, *folders]
    try:
        return subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False, cwd=work).stdout
    except subprocess.TimeoutExpired as expired:
        return expired.stdout or b""


def _by_address(blocks: Blocks) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for type_, bodies in blocks.items():
        for body in bodies:
            place = body[PLACE]
            if type_ in _NOT_BODIES or not isinstance(place, dict) or NOBODY_KNOWS in str(place["path"]):
                continue
            address = str(place["path"])
            if type_ == "locals":
                prefix = address.removesuffix("locals")
                values = {name: value for name, value in body.items() if name not in (PLACE, "id")}
                found.update({f"{prefix}local.{name}": value for name, value in values.items()})
            elif type_ == "output":
                found.setdefault(address, {name: body[name] for name in (PLACE, "value") if name in body})
            else:
                found.setdefault(address, body)
    return found


def _certain(one: Plain, other: Plain) -> Plain:
    """What both runs say."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        # The references of a block name the invented identifiers of others.
        return {name: one[name] if name == PLACE else _certain(one[name], other[name]) for name in one}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [_certain(*pair) for pair in zip(one, other, strict=True)]
    if type(one) is type(other) and one == other:
        return None if one == "(sensitive value)" else one
    return None
