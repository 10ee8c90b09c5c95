"""The name of a resource type in, what AWS's own schema of it says out, as far as cfn-lint ships it.

Only this module knows where those files lie. They are read as they are: importing cfn-lint takes most of a second, and
its own reader may ask the network.
"""

from __future__ import annotations

from collections.abc import Sequence as Several
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

REGION = "us-east-1"
"""The region that has most types."""
MAX_STEPS = 50
"""How many references are followed from one property to the next."""
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def is_type(name: str) -> bool:
    """Whether AWS has a resource type of that name; also true where nothing tells."""
    return name in known if (known := _types()) else True


def property_names(type_: str, path: Several[str]) -> frozenset[str] | None:
    """The properties that there are at `path` (positions in lists left out) in resources of `type_`.

    None where the schema does not tell, or lets anything stand there.
    """
    root = _schema(type_)
    node: Json = root
    for step in path:
        properties = _member(_settled(root, node), "properties")
        node = properties.get(step) if isinstance(properties, dict) else None
    node = _settled(root, node)
    properties = _member(node, "properties")
    # What lets other members stand there by a pattern, or has them in alternatives, tells too little.
    if not isinstance(properties, dict) or _member(node, "additionalProperties") is not False:
        return None
    return frozenset(properties) if "patternProperties" not in node else None


def _settled(root: Json, node: Json) -> dict[str, Json]:
    """The schema that `node` leads to by references, and of the items where it is one of a list."""
    for _ in range(MAX_STEPS):
        if not isinstance(node, dict):
            break
        if isinstance(reference := node.get("$ref"), str) and reference.startswith("#/"):
            node = root
            for step in reference[2:].split("/"):
                node = _member(node, step)
        elif "items" in node:
            node = node["items"]
        else:
            return node
    return {}


def _member(node: Json, name: str) -> Json:
    return node.get(name) if isinstance(node, dict) else None


@cache
def _folder() -> Path | None:
    spec = find_spec("cfnlint")
    return Path(spec.origin).parent / "data" / "schemas" if spec is not None and spec.origin else None


def _read(name: str) -> Json:
    folder = _folder()
    try:
        found: Json = msgspec.json.decode((folder / name).read_bytes()) if folder is not None else None
    except OSError:
        return None  # another version of cfn-lint keeps them elsewhere
    return found


@cache
def _types() -> dict[str, Json]:
    found = _read(f"providers/{REGION}.json")
    return found if isinstance(found, dict) else {}


@cache
def _schema(type_: str) -> Json:
    name = _types().get(type_)
    return _read(f"resources/{name}.json") if isinstance(name, str) else None


@cache
def tag_property(type_: str) -> tuple[str, ...] | None:
    """The path at which resources of `type_` take tags, on a list of blocks its first; None where they take none."""
    schema = _schema(type_)
    tagging = _member(schema, "tagging")
    pointer = _member(tagging, "tagProperty")
    if isinstance(pointer, str) and _member(tagging, "taggable") is True:
        return tuple(step for step in pointer.split("/")[2:] if step != "*")
    return ("Tags",) if "Tags" in (property_names(type_, ()) or ()) else None
