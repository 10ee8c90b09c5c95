"""A resource that the CDK wrote in; the construct that it is for, and where a nested stack's template lies, out.

Only this module knows what the CDK writes into Metadata, and how a cloud assembly keeps assets: a template that is yet
to be uploaded lies beside its parent, which names it in Metadata, and else by the hash in its URL, of which an asset
manifest (`*.assets.json`) tells more.
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssetManifest.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from srm_lint.model.source import Tree, Unreadable
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text

MAX_MANIFESTS = 200
"""Asset manifests that are read in one folder: there is one for each stack."""
MAX_PATH = 500
"""Characters of a construct's path that are told, as often as there are findings."""
_UPLOADED = re.compile(r"(?:^|/)([0-9a-f]{64})(?:\.[a-z]+)?$")


class _Source(Struct):
    path: str | None = None


class _File(Struct):
    source: _Source


class _Manifest(Struct):
    files: dict[str, _File] = {}


class Assets:
    """The assets of the cloud assemblies in `tree`."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._files: dict[Path, dict[str, str]] = {}

    def template_of(self, stack: Mapping, parent: Path) -> Path | None:
        """Where the template of the resource `stack` lies, which the template at `parent` has; None where the CDK did
        not write it.
        """
        if _metadata(stack, "aws:asset:property") == "TemplateURL" and (path := _metadata(stack, "aws:asset:path")):
            return Path(os.path.normpath(parent.parent / path))
        properties = stack.members.get("Properties")
        url = properties.members.get("TemplateURL") if isinstance(properties, Mapping) else None
        for text in _texts(url) if url is not None else ():
            if found := _UPLOADED.search(text):
                path = self._in(parent.parent).get(found[1], "")
                return Path(os.path.normpath(parent.parent / path)) if path else None
        return None

    def _in(self, folder: Path) -> dict[str, str]:
        """The paths of the assets that the manifests in `folder` tell of, by hash."""
        if folder not in self._files:
            self._files[folder] = dict(self._read(folder))
        return self._files[folder]

    def _read(self, folder: Path) -> Iterator[tuple[str, str]]:
        if folder not in self._tree:
            return
        for path in sorted(folder.glob("*.assets.json"))[:MAX_MANIFESTS]:
            try:
                manifest = msgspec.json.decode(self._tree.bytes(path), type=_Manifest)
            except (Unreadable, msgspec.DecodeError):
                continue  # whatever it is, it leads to no template
            yield from ((name, file.source.path) for name, file in manifest.files.items() if file.source.path)


def construct_of(resource: Mapping) -> str:
    """The path of the construct that the CDK made `resource` for; empty where it tells none.

    https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-paths
    """
    path = _metadata(resource, "aws:cdk:path")
    return path if len(path) <= MAX_PATH else path[: MAX_PATH - 1] + "…"


def _metadata(resource: Mapping, name: str) -> str:
    metadata = resource.members.get("Metadata")
    found = metadata.members.get(name) if isinstance(metadata, Mapping) else None
    return found.text if isinstance(found, Text) and found.tag is None else ""


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Text):
        yield node.text
    elif isinstance(node, Mapping | Sequence):
        for child in node.items if isinstance(node, Sequence) else node.members.values():
            yield from _texts(child)
