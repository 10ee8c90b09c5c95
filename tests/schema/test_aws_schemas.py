"""Every CloudFormation type and path of the map exists in AWS's own resource schemas, as cfn-lint bundles them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from srm_lint.model.resource import Language
from srm_lint.read.cloudformation.stack import ATTRIBUTES
from srm_lint.schema.kinds import ALONE, Kind, Members, NativePath
from srm_lint.schema.loader import Schema

CLOUDFORMATION = Language.CLOUDFORMATION
SCHEMA = Schema()


@cache
def aws_schema(type_: str) -> dict[str, Any]:
    return PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_).schema


Types = tuple[str, ...]


def paths_of(kind: Kind) -> Iterator[tuple[Types, NativePath]]:
    """Each path that the map reads, with the types that it may stand in: one of them must have it."""
    types = kind.types.get(CLOUDFORMATION, ())
    if types:
        yield from member_paths(kind.members, types, ())


def member_paths(members: Members, types: Types, prefix: NativePath) -> Iterator[tuple[Types, NativePath]]:
    for attribute in members.attributes.values():
        yield from ((types, prefix + path) for path in attribute.paths.get(CLOUDFORMATION, ()))
    for link in members.links.values():
        yield from ((types, prefix + path) for path in link.paths.get(CLOUDFORMATION, ()))
        for via in link.vias.get(CLOUDFORMATION, ()):
            yield from (((via.type,), via.near), ((via.type,), via.far))
    for part in members.parts.values():
        for place in part.places.get(CLOUDFORMATION, ()):
            where, inside = ((place.type,), place.path) if place.type else (types, prefix + place.path)
            if place.owner and place.owner != ALONE:
                yield where, place.owner
            if inside:
                yield where, inside
            if place.json:
                # What stands in JSON text is not in the schema, which ends at the text.
                continue
            yield from ((where, (*inside, name)) for name in place.when)
            for renamed in place.names.values():
                yield from ((where, inside + path) for path in renamed)
            kept = Members(
                {name: one for name, one in part.members.attributes.items() if name not in place.names},
                part.members.parts,
                {name: one for name, one in part.members.links.items() if name not in place.names},
            )
            yield from member_paths(kept, where, inside)


def exists(node: dict[str, Any], path: NativePath, root: dict[str, Any]) -> bool:
    while "$ref" in node:
        node = root["definitions"][node["$ref"].rpartition("/")[2]]
    choices = [choice for word in ("oneOf", "anyOf", "allOf") for choice in node.get(word, ())]
    if not path:
        return True
    if any(exists(choice, path, root) for choice in choices if "$ref" in choice or "properties" in choice):
        return True
    if "items" in node:
        return exists(node["items"], path[1:] if isinstance(path[0], int) else path, root)
    if path[0] in node.get("properties", {}):
        return exists(node["properties"][path[0]], path[1:], root)
    return is_open(node)


def is_open(node: dict[str, Any]) -> bool:
    """A free-form object, such as a policy document, has whatever members it likes."""
    types = node.get("type", "object")
    return "properties" not in node and "object" in types and "items" not in node


CASES = sorted({case for kind in SCHEMA.every().values() for case in paths_of(kind)}, key=str)


def test_the_map_reads_cloudformation() -> None:
    assert len(CASES) > 100


@pytest.mark.parametrize(("types", "path"), CASES, ids=str)
def test_the_path_exists(types: Types, path: NativePath) -> None:
    if path[0] in ATTRIBUTES:  # they stand beside the properties, and the schemas do not have them
        return
    schemas = [aws_schema(type_) for type_ in types]
    assert any(exists(schema, path, schema) for schema in schemas), f"AWS's schemas of {types} have no {path}"


def test_a_path_that_does_not_exist_is_noticed() -> None:
    schema = aws_schema("AWS::S3::Bucket")
    assert not exists(schema, ("PublicAccessBlockConfiguration", "BlockPublicAcl"), schema)
    assert not exists(schema, ("BucketNme",), schema)
