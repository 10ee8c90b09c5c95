"""The entries of a folder in, what there is to read of them out, where the folder is what `cdk synth` writes.

Only this module knows a cloud assembly from other folders. It holds stacks (`*.template.json`), assemblies of its own
in folders, and much that is neither: descriptions of itself (`manifest.json`, `tree.json`, `*.assets.json`), and
folders of bundled code (`asset.*`) with whatever templates and modules lie in there.
https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-synth.html
"""

from __future__ import annotations

import os
from collections.abc import Sequence

NAME = "cdk.out"
"""What the folder is called unless the user says otherwise; a file of this name marks it, whatever it is called."""


def readable(folder: str, entries: Sequence[os.DirEntry[str]]) -> Sequence[os.DirEntry[str]]:
    """The `entries` of `folder` that are worth looking at: all of them, where it is no cloud assembly."""
    names = {entry.name for entry in entries}
    if "manifest.json" not in names or not (NAME in names or os.path.basename(folder) == NAME):
        return entries
    return [
        entry
        for entry in entries
        if entry.name.endswith(".template.json")
        or (entry.is_dir(follow_symlinks=False) and not entry.name.startswith("asset."))
    ]
