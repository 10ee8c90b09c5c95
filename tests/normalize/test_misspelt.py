"""Names that are slips for names of the map are told; those that AWS knows, or that resemble nothing, never."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from srm_lint.model.source import Source
from srm_lint.normalize.misspelt import Spelling
from srm_lint.read.cloudformation.aws_schemas import is_type, property_names
from srm_lint.read.cloudformation.reader import read_source
from srm_lint.schema.loader import Schema


def told(resource: str) -> list[tuple[int, int, str]]:
    sections = "Parameters: {Open: {Type: String}}\nConditions: {C: !Equals [!Ref Open, x]}\n"
    text = f"{sections}Resources:\n  It: {resource}\n"
    found = read_source(Source("template.yaml", text))
    assert found is not None
    assert found.problems == ()
    problems = Spelling(Schema()).problems(found)
    return [(problem.span.line, problem.span.column, problem.message) for problem in problems]


DATABASE = "{Type: AWS::RDS::DBInstance, Properties: {%s}}"
BUCKET = "{Type: AWS::S3::Bucket, Properties: {%s}}"


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (
            DATABASE % "StorageEncryptd: true",
            "AWS::RDS::DBInstance has no property StorageEncryptd; did you mean StorageEncrypted?",
        ),
        (DATABASE % "storageEncrypted: true", "did you mean StorageEncrypted?"),
        (DATABASE % "PubliclyAccessable: true", "did you mean PubliclyAccessible?"),
        (
            BUCKET % "PublicAccessBlockConfiguration: {BlockPublicACLs: true}",
            "has no property PublicAccessBlockConfiguration.BlockPublicACLs; did you mean BlockPublicAcls?",
        ),
        (
            BUCKET % "PublicAccessBlockConfiguration: !If [C, {BlockPublicAcl: true}, {}]",
            "did you mean BlockPublicAcls?",
        ),
        (
            "{Type: AWS::EC2::SecurityGroup, Properties: {SecurityGroupIngress: [{CidrIP: 0.0.0.0/0}]}}",
            "AWS::EC2::SecurityGroup has no property SecurityGroupIngress.CidrIP; did you mean CidrIp?",
        ),
        ("{Type: AWS::S3::Buckett}", "AWS has no resource type AWS::S3::Buckett; did you mean AWS::S3::Bucket?"),
        ("{Type: AWS::Ec2::SecurityGroup}", "did you mean AWS::EC2::SecurityGroup?"),
    ],
)
def test_a_slip_is_told_where_it_is_written(resource: str, message: str) -> None:
    ((line, column, said),) = told(resource)
    assert line == 4
    assert column > 2
    assert said.endswith(message)


@pytest.mark.parametrize(
    "resource",
    [
        DATABASE % "StorageEncrypted: true, StorageType: gp3, MasterUsername: a, MaxAllocatedStorage: 9",
        "{Type: AWS::EC2::Instance, Properties: {SecurityGroups: [a], SecurityGroupIds: [b], IamInstanceProfile: c}}",
        DATABASE % "Nonsense: true",
        BUCKET % "Tags: [{Kee: a}]",
        "{Type: AWS::S3::Bucket, DependsOn: [], Metadata: {StorageEncryptd: true}}",
        "{Type: Custom::Queue, Properties: {BucketNam: a}}",
        "{Type: AWS::Unheard::OfThis}",
        "{Type: Custom::Buckett}",
    ],
)
def test_what_resembles_nothing_or_exists_is_not_told(resource: str) -> None:
    assert told(resource) == []


def test_a_type_of_somebody_elses_is_not_told() -> None:
    assert told("{Type: AWSQS::EKS::Cluster}") == []


def test_the_schemas_that_cfn_lint_ships_are_found() -> None:
    assert is_type("AWS::S3::Bucket")
    assert not is_type("AWS::S3::Buckett")
    names = property_names("AWS::S3::Bucket", ("PublicAccessBlockConfiguration",))
    assert names is not None
    assert "BlockPublicAcls" in names
    assert "CidrIp" in (property_names("AWS::EC2::SecurityGroup", ("SecurityGroupIngress",)) or ())
    assert property_names("AWS::S3::Bucket", ("Nothing", "Here")) is None
    assert property_names("AWS::IAM::Role", ("AssumeRolePolicyDocument",)) is None, "anything may stand there"
    assert property_names("AWS::Unheard::OfThis", ()) is None


def test_asking_does_not_import_cfn_lint(tmp_path: Path) -> None:
    template = f"Resources:\n  It: {DATABASE % 'StorageEncryptd: true'}\n"
    (tmp_path / "template.yaml").write_text(template)
    program = (
        "import sys; from pathlib import Path; from srm_lint.request import Request; from srm_lint.run import check; "
        "(problem,) = check(Request(paths=(Path('.'),))).problems; "
        "print('StorageEncrypted' in problem.message, 'cfnlint' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
