"""Hold srm-lint's reading of Terraform against that of others, on any repository.

    python tools/agreement.py REPOSITORY... [--only PART] [--gaps] [--json]
    python tools/agreement.py --tree REPOSITORY... [--only PART] [--json]

Every folder that holds Terraform files is read as a root module, by srm-lint and by tfparse (an evaluator written in
Go), and every attribute of every resource, data source, local value and output is compared. Told are how many
attributes each of them knows, on how many they agree of those that both know, and each disagreement with its place and
both values; with --gaps also what only tfparse knows, and why srm-lint does not.

With --tree it is the syntax tree of every file that is compared, with that of python-hcl2.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import go_copy
import go_reading
import own_reading
from comparison import Comparison, Difference

from srm_lint.model.source import Tree, Unreadable

BATCH = 10
"""How many folders tfparse reads in one process."""


class Result(Comparison):
    """The comparison of a whole repository; `failed` are the folders that tfparse gives no answer for."""

    def __init__(self) -> None:
        super().__init__()
        self.roots = 0
        self.failed: list[str] = []


def compare(root: Path, folders: Sequence[Path]) -> Result:
    """How the readings of root modules in the tree `root` compare."""
    found = Result()
    found.roots = len(folders)
    tree = Tree(root)
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "copy"
        go_copy.copied(root, copy)
        for start in range(0, len(folders), BATCH):
            batch = folders[start : start + BATCH]
            answers = go_reading.load([copy / folder.relative_to(root) for folder in batch])
            for folder, theirs in zip(batch, answers, strict=True):
                if theirs is None:
                    found.failed.append(str(folder))
                else:
                    found.add(own_reading.load(folder, tree), theirs)
    return found


def _folders(root: Path, only: Sequence[str]) -> list[Path]:
    return sorted({path.parent for path in _files(root, only)})


def _files(root: Path, only: Sequence[str]) -> Iterator[Path]:
    for path in sorted(root.rglob("*.tf")):
        if ".terraform" not in path.parts and (not only or any(part in str(path) for part in only)):
            yield path


def _told(name: str, found: Result, *, gaps: bool) -> Iterator[str]:
    yield (
        f"{name}: {found.roots} root modules; both know {found.both:,} attributes and agree on {found.agreement:.2f} %;"
        f" srm-lint knows {found.ours:,}, tfparse {found.theirs:,} (and makes up {found.made_up:,})"
    )
    yield from (f"  tfparse fails: {each}" for each in found.failed)
    yield from (f"  tfparse {fault}: {count:,} times" for fault, count in found.faults.most_common())
    yield from (f"  only tfparse has {address}" for address in found.unread)
    yield from map(_line, found.disagreements)
    if gaps:
        yield "  known only to tfparse:"
        yield from map(_line, found.gaps)


def _line(each: Difference) -> str:
    return f"  {each.place}: {each.address} {each.path}: {_short(each.ours)} | {_short(each.theirs)}"


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 200 else text[:199] + "…"


class Trees(NamedTuple):
    """The comparison of the syntax trees of a repository; `refused` are the files that python-hcl2 cannot read."""

    files: int
    compared: int
    differences: list[Difference]
    refused: list[str]


def compare_trees(root: Path, files: Iterable[Path]) -> Trees:
    """How the syntax trees of files in the tree `root` compare."""
    import tree_reading

    tree = Tree(root)
    read = compared = 0
    refused: list[str] = []
    differences: list[Difference] = []
    for path in files:
        try:
            count, found = tree_reading.compare(tree.read(path))
        except Unreadable:
            continue
        except tree_reading.Refused as error:
            refused.append(f"{path}: {error}")
            continue
        read += 1
        compared += count
        for each in found:
            place = f"{each.span.source}:{each.span.line}"
            differences.append(Difference("", each.path.lstrip("."), place, each.ours, each.theirs))
    return Trees(read, compared, differences, refused)


def _told_of_trees(name: str, found: Trees) -> Iterator[str]:
    yield (
        f"{name}: {found.files} files, {found.compared:,} blocks and attributes, {len(found.differences)} differ;"
        f" python-hcl2 refuses {len(found.refused)} files"
    )
    yield from (f"  python-hcl2 refuses {each}" for each in found.refused)
    yield from map(_line, found.differences)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("repository", nargs="+", type=Path)
    parser.add_argument("--tree", action="store_true", help="compare syntax trees, with python-hcl2")
    parser.add_argument("--only", action="append", default=[], metavar="PART", help="only paths that hold this")
    parser.add_argument("--gaps", action="store_true", help="also what only tfparse knows, and why")
    parser.add_argument("--json", action="store_true", help="everything, as JSON")
    chosen = parser.parse_args(arguments)
    everything: dict[str, object] = {}
    for root in chosen.repository:
        if chosen.tree:
            trees = compare_trees(root, _files(root, chosen.only))
            everything[str(root)] = trees._asdict()
            lines = _told_of_trees(str(root), trees)
        else:
            found = compare(root, _folders(root, chosen.only))
            figures = {name: each for name, each in vars(found).items() if not name.startswith("_")}
            everything[str(root)] = figures | {"agreement": found.agreement}
            lines = _told(str(root), found, gaps=chosen.gaps)
        if not chosen.json:
            sys.stdout.writelines(f"{line}\n" for line in lines)
            sys.stdout.flush()
    if chosen.json:
        json.dump(everything, sys.stdout, default=str)
    return 0


if __name__ == "__main__":
    sys.exit(main())
