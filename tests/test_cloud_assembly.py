"""What `cdk synth` writes: each stack is judged once, nested ones in their parents, and nothing else is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from srm_lint.discover import discover
from srm_lint.model.resource import Configuration
from srm_lint.model.source import Tree
from srm_lint.model.value import Scalar
from srm_lint.read.cloudformation import read
from srm_lint.report import Options
from srm_lint.report.json import render as json_report
from srm_lint.report.sarif import render as sarif_report
from srm_lint.request import Request
from srm_lint.run import check

HASH = "a593a36bc62cfe9ac559212ca508f3820cafad2a655f71ce3e14511e5dd7878b"
URL = {
    "Fn::Join": [
        "",
        [
            "https://s3.",
            {"Ref": "AWS::Region"},
            ".",
            {"Ref": "AWS::URLSuffix"},
            "/",
            {"Fn::Sub": "assets"},
            f"/{HASH}.json",
        ],
    ]
}
NESTED = "ShopData.nested.template.json"
BY_METADATA = {
    "aws:cdk:path": "Shop/Data.NestedStackResource",
    "aws:asset:path": NESTED,
    "aws:asset:property": "TemplateURL",
}
DATA = {
    "Parameters": {"Name": {"Type": "String"}},
    "Resources": {
        "Files": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"BucketName": {"Ref": "Name"}, "PublicAccessBlockConfiguration": {"BlockPublicAcls": False}},
            "Metadata": {"aws:cdk:path": "Shop/Data/Files/Resource"},
        }
    },
}


def shop(metadata: dict[str, str]) -> dict[str, Any]:
    data = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": URL, "Parameters": {"Name": "files"}},
        "Metadata": metadata,
    }
    return {"Resources": {"Data": data, "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Properties": {}}}}


Assembly = Callable[..., Path]


@pytest.fixture
def assembly(tmp_path: Path) -> Assembly:
    def made(metadata: dict[str, str], name: str = "cdk.out") -> Path:
        folder = tmp_path / name
        bundle = folder / f"asset.{HASH}"
        bundle.mkdir(parents=True)
        documents = {
            "manifest.json": {"version": "55.0.0", "artifacts": {"Shop": {"type": "aws:cloudformation:stack"}}},
            "tree.json": {"version": "tree-0.1", "Resources": {"A": {"Type": "AWS::S3::Bucket"}}},
            "Shop.template.json": shop(metadata),
            NESTED: DATA,
            "Shop.assets.json": {
                "version": "55.0.0",
                "files": {HASH: {"source": {"path": NESTED, "packaging": "file"}}},
            },
            "Shop.metadata.json": {"Resources": {"A": {"Type": "AWS::S3::Bucket"}}},
            "cdk.out": {"version": "55.0.0"},
            f"asset.{HASH}/template.json": {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}},
            f"asset.{HASH}/main.tf.json": {"resource": {"aws_s3_bucket": {"b": {}}}},
        }
        for path, document in documents.items():
            (folder / path).write_text(json.dumps(document, indent=1))
        return folder

    return made


def configurations(folder: Path) -> list[Configuration]:
    (target,) = discover([folder])
    assert not target.terraform
    assert not target.plans
    return list(read(target.templates, Tree(folder)))


@pytest.mark.parametrize("metadata", [BY_METADATA, {}], ids=["metadata", "manifest of assets"])
def test_a_nested_stack_is_read_in_its_parent_and_not_alone(assembly: Assembly, metadata: dict[str, str]) -> None:
    (found,) = configurations(assembly(metadata))
    assert found.problems == ()
    assert [resource.address for resource in found.resources] == ["Data", "Data/Files", "CDKMetadata"]
    files = found.resources[1]
    assert files.construct == "Shop/Data/Files/Resource"
    assert files.span.source.endswith(NESTED)
    name = files.body.get("BucketName")
    assert isinstance(name, Scalar)
    assert name.data == "files"


def test_only_templates_of_an_assembly_are_looked_at(assembly: Assembly) -> None:
    (target,) = discover([assembly(BY_METADATA, "synthesized")])
    assert [path.name for path in target.templates] == ["Shop.template.json", NESTED]


def test_assemblies_of_stages_are_walked_and_folders_that_are_no_assembly_as_ever(assembly: Assembly) -> None:
    folder = assembly(BY_METADATA)
    stage = assembly(BY_METADATA, "cdk.out/assembly-Prod")
    (folder / "cdk.out").unlink()  # the folder's own name tells
    (target,) = discover([folder])
    assert [path.relative_to(folder).as_posix() for path in target.templates] == [
        "Shop.template.json",
        NESTED,
        "assembly-Prod/Shop.template.json",
        f"assembly-Prod/{NESTED}",
    ]
    (stage / "manifest.json").unlink()
    (target,) = discover([stage])
    assert {"Shop.assets.json", "template.json", "tree.json"} <= {path.name for path in target.templates}


def test_a_template_that_is_not_in_the_assembly_is_missed_and_one_outside_it_never_read(assembly: Assembly) -> None:
    folder = assembly(BY_METADATA)
    (folder / NESTED).unlink()
    (found,) = configurations(folder)
    (problem,) = found.problems
    assert problem.kind == "missing-module"
    assert NESTED in problem.message
    (folder.parent / "secret.json").write_text(json.dumps(DATA))
    (folder / "Shop.template.json").write_text(json.dumps(shop({**BY_METADATA, "aws:asset:path": "../secret.json"})))
    (found,) = configurations(folder)
    assert [resource.address for resource in found.resources] == ["Data", "CDKMetadata"]
    assert "outside" in found.problems[0].message


@pytest.mark.parametrize("text", ["{", "[]", '{"files": [1]}', '{"files": {"' + HASH + '": {"source": {}}}}'])
def test_an_asset_manifest_that_is_none_leads_nowhere(assembly: Assembly, text: str) -> None:
    folder = assembly({})
    (folder / "Shop.assets.json").write_text(text)
    parents = [each for each in configurations(folder) if "nested" not in each.name]
    assert [problem.kind for problem in parents[0].problems] == ["missing-module"]


def test_a_path_that_is_no_path_is_cut_short(assembly: Assembly) -> None:
    (found,) = configurations(assembly({**BY_METADATA, "aws:cdk:path": "a/" * 10_000}))
    assert found.resources[0].construct == "a/" * 249 + "a…"


def test_findings_say_which_construct_they_are_about(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(assembly(BY_METADATA).parent)
    scan = check(Request(paths=(Path("cdk.out"),), select=("s3-bucket-blocks-public-access",)))
    (finding,) = scan.findings
    assert finding.message == "block_public_acls is false (construct Shop/Data/Files/Resource)"
    assert finding.primary.source == f"cdk.out/{NESTED}"
    (told,) = json.loads(json_report(scan, Options()))["findings"]
    assert told["resource"]["construct"] == "Shop/Data/Files/Resource"
    (location,) = json.loads(sarif_report(scan, Options()))["runs"][0]["results"][0]["locations"]
    named = {each["kind"]: each["fullyQualifiedName"] for each in location["logicalLocations"]}
    assert named == {"resource": "Data/Files", "construct": "Shop/Data/Files/Resource"}
