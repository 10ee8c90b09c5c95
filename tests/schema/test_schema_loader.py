"""The map's files are read strictly: a mistake names its file and line."""

from pathlib import Path

import pytest

from srm_lint.marked import MarkedError
from srm_lint.model.resource import Language
from srm_lint.schema.kinds import Shape
from srm_lint.schema.loader import Schema

GOOD = """\
s3.bucket:
  terraform: aws_s3_bucket
  cloudformation: AWS::S3::Bucket
  attributes:
    name: {terraform: [bucket, "names[0].text"], cloudformation: BucketName}
    days: {terraform: days, as: number, default: {terraform: 0, cloudformation: 1}, source: "https://example.com"}
  parts:
    block:
      many: true
      terraform: {type: aws_block, owner: bucket, when: {type: x}, names: {lit: enabled}}
      cloudformation: {path: Block}
      attributes:
        lit: {terraform: lit, cloudformation: Lit, as: boolean}
  links:
    key: {to: kms.key, terraform: kms_key_id}
"""


def schema_of(folder: Path, text: str) -> Schema:
    (folder / "s3.yaml").write_text(text, "utf-8")
    return Schema(folder)


def test_a_kind_is_read(tmp_path: Path) -> None:
    kind = schema_of(tmp_path, GOOD).kind("s3.bucket")
    assert kind is not None
    assert kind.types == {Language.TERRAFORM: ("aws_s3_bucket",), Language.CLOUDFORMATION: ("AWS::S3::Bucket",)}
    assert kind.members.attributes["name"].paths[Language.TERRAFORM] == (("bucket",), ("names", 0, "text"))
    assert kind.members.attributes["days"].defaults == {Language.TERRAFORM: 0, Language.CLOUDFORMATION: 1}
    assert kind.members.attributes["days"].shape is Shape.NUMBER
    (place,) = kind.members.parts["block"].places[Language.TERRAFORM]
    assert (place.type, place.owner, place.when) == ("aws_block", ("bucket",), {"type": "x"})
    assert place.names == {"lit": (("enabled",),)}


def test_only_the_services_whose_types_are_met_are_read(tmp_path: Path) -> None:
    (tmp_path / "kms.yaml").write_text("broken: [", "utf-8")
    schema = schema_of(tmp_path, GOOD)
    assert [kind.name for kind in schema.kinds_for(["aws_block"])] == ["s3.bucket"]
    with pytest.raises(MarkedError, match=r"kms\.yaml"):
        schema.kind("kms.key")


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("as: boolean", "as: bolean", 13, 'did you mean "boolean"?'),
        ("as: number", "az: number", 6, '"az" is not known here'),
        (', source: "https://example.com"', "", 6, "needs a source"),
        ("names: {lit: enabled}", "names: {lid: enabled}", 10, 'the part has no "lid"; did you mean "lit"?'),
        (", owner: bucket", "", 10, '"type" and "owner" belong together'),
        ("{path: Block}", "{path: Block, as: yaml}", 11, 'can only be read "as: json"'),
        ("names[0].text", "names[x]", 5, "is not a native path"),
        ("  links:\n    key: {to: kms.key,", "  links:\n    name: {to: kms.key,", 15, "the name of two members"),
        ("s3.bucket:", "s4.bucket:", 2, "must be called s3.<noun>"),
        ("to: kms.key, ", "", 15, '"to" is missing'),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, before: str, after: str, line: int, message: str) -> None:
    assert before in GOOD
    schema = schema_of(tmp_path, GOOD.replace(before, after, 1))
    with pytest.raises(MarkedError) as caught:
        schema.every()
    assert caught.value.span.line == line
    assert message in caught.value.message


def test_every_link_of_the_shipped_map_leads_to_a_kind() -> None:
    schema = Schema()
    kinds = schema.every()
    members = [kind.members for kind in kinds.values()]
    members += [part.members for kind in kinds.values() for part in kind.members.parts.values()]
    targets = {link.to for one in members for link in one.links.values()}
    assert targets
    assert targets <= set(kinds)


def test_every_default_of_the_shipped_map_has_a_source() -> None:
    for kind in Schema().every().values():
        for attribute in kind.members.attributes.values():
            assert not attribute.defaults or (attribute.source or "").startswith("https://"), attribute.name
