"""`AWS::Include` from local files, and attributes of resources that are no properties."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloudformation_reading import configuration, plain

from srm_lint.model.resource import Configuration
from srm_lint.model.source import Tree
from srm_lint.read.cloudformation import read

TEMPLATE = """Resources:
  Own: {Type: AWS::X::Y}
  Part:
    Type: AWS::X::Y
    Properties:
      Mine: 1
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: parts/properties.yaml}}
  Fn::Transform:
    Name: AWS::Include
    Parameters: {Location: ./parts/resources.yaml}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "properties.yaml").write_text("Theirs: 2\nMine: 3\n", "utf-8")
    (tmp_path / "parts" / "resources.yaml").write_text(
        "Other:\n  Type: AWS::X::Z\n  Properties: {A: !Ref Own}\n", "utf-8"
    )
    return tmp_path


def one(text: str) -> Configuration:
    Path("template.yaml").write_text(text, "utf-8")
    return next(read([Path("template.yaml")], Tree(Path())))


def test_local_files_are_put_in(place: Path) -> None:
    found = one(TEMPLATE)
    assert found.problems == ()
    assert [resource.address for resource in found.resources] == ["Own", "Part", "Other"]
    assert plain(found.resources[1].body) == {"Mine": 1, "Theirs": 2}
    assert found.resources[1].body.get("Theirs").span.source == "parts/properties.yaml"
    assert set(found.sources) == {"template.yaml", "parts/properties.yaml", "parts/resources.yaml"}


def test_a_whole_template_may_include_a_file(place: Path) -> None:
    Path("parts/all.json").write_text('{"Resources": {"B": {"Type": "AWS::X::Y"}}, "Mappings": {}}', "utf-8")
    found = one(
        "Transform: {Name: AWS::Include, Parameters: {Location: parts/all.json}}\nResources: {A: {Type: AWS::X::Y}}\n"
    )
    assert found.problems == ()
    assert {resource.address for resource in found.resources} == {"A", "B"}


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("parts/gone.yaml", "parts/gone.yaml, which is included here, cannot be read"),
        ("../../etc/passwd", "lies outside the scanned tree"),
        ("parts/list.yaml", "is no mapping"),
        ("s3://bucket/x.yaml", "Fn::Transform adds to Resources at deployment"),
    ],
)
def test_what_cannot_be_included_is_told_and_the_rest_is_read(place: Path, location: str, message: str) -> None:
    Path("parts/list.yaml").write_text("- a\n", "utf-8")
    found = one(TEMPLATE.replace("./parts/resources.yaml", location))
    assert any(message in problem.message for problem in found.problems), found.problems
    assert [resource.address for resource in found.resources] == ["Own", "Part"]


def test_attributes_that_are_no_properties_are_there_too() -> None:
    found = configuration(
        """
        Resources:
          A:
            Type: AWS::X::Y
            DeletionPolicy: Retain
            DependsOn: [B]
            Metadata: {Note: !Ref B}
            Properties: {Name: a}
          B: {Type: AWS::X::Y, UpdateReplacePolicy: Snapshot}
          C: {Type: AWS::X::Y, DeletionPolicy: Delete, Properties: {DeletionPolicy: mine}}
        """
    )
    first, second, third = (resource.body for resource in found.resources)
    assert plain(first.get("DeletionPolicy")) == "Retain"
    assert plain(first.get("DependsOn")) == ["B"]
    assert first.keys["DeletionPolicy"].line == 4
    assert plain(second.get("UpdateReplacePolicy")) == "Snapshot"
    assert plain(third.get("DeletionPolicy")) == "mine"
