"""A folder in, what tfparse makes of it out: per address the body as plain data, None for all that it does not know.

tfparse is the evaluator of Trivy, written in Go (https://github.com/cloud-custodian/tfparse). It never says
"unknown": it says null, or makes something up. Only this module runs it, and tells what it makes up from what it knows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from go_copy import NOBODY_KNOWS

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

PLACE = "__tfmeta"
"""What tfparse calls the member that says where a block stands; only blocks have it."""

TIMEOUT = 60
_NOT_BODIES = ("variable", "module", "provider", "terraform", "moved")

# It runs in a process of its own, since a panic in Go ends the process.
_PROGRAM = """
import json, sys, tfparse
json.dump(tfparse.load_from_path(sys.argv[1], allow_downloads=False), sys.stdout)
"""


class GoFailed(Exception):
    """tfparse ended without an answer."""


def load(folder: Path) -> dict[str, Plain]:
    """What tfparse says of the root module in `folder` (of a copied tree). Raises `GoFailed`."""
    # It is asked twice, from different folders: what it makes up (identifiers, random numbers, times) or takes from
    # where it happens to run (path.cwd) is different each time.
    first, second = (_by_address(_run(folder, work)) for work in (folder, Path("/")))
    return {address: _certain(first[address], second[address]) for address in first.keys() & second.keys()}


def _run(folder: Path, work: Path) -> dict[str, list[dict[str, Plain]]]:
    command = [sys.executable, "-c", _PROGRAM, str(folder)]
    try:
        process = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False, cwd=work)
    except subprocess.TimeoutExpired:
        raise GoFailed(f"no answer within {TIMEOUT} seconds") from None
    if process.returncode != 0:
        raise GoFailed(process.stderr.decode("utf-8", "replace").strip().split("\n")[0][:200])
    found: dict[str, list[dict[str, Plain]]] = json.loads(process.stdout)
    return found


def _by_address(blocks: dict[str, list[dict[str, Plain]]]) -> dict[str, Plain]:
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
