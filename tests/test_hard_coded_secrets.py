"""A secret in any resource is found, and told once."""

from pathlib import Path

import pytest

from srm_lint.model.finding import Finding
from srm_lint.request import Request
from srm_lint.run import check

ANY = "no-secret-is-hard-coded"
SECRET = "Zq7fXk29vLw4"
DATABASE = f'resource "aws_db_instance" "d" {{\n  password = "{SECRET}"\n  timezone = "https://u:{SECRET}@h"\n}}\n'


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(tree: Path, text: str, **asked: tuple[str, ...]) -> list[tuple[str, int]]:
    (tree / "main.tf").write_text(text, "utf-8")
    told: list[Finding] = list(check(Request(paths=(Path("."),), **asked)).findings)  # type: ignore[arg-type]
    wanted = (ANY, "rds-instance-password-is-not-hard-coded")
    return [(one.policy.id, one.primary.line) for one in told if one.policy.id in wanted]


def test_what_a_policy_about_the_resource_tells_is_not_told_twice(tree: Path) -> None:
    assert found(tree, DATABASE) == [("rds-instance-password-is-not-hard-coded", 2), (ANY, 3)]


def test_what_was_encoded_is_not_told_beside_its_code(tree: Path) -> None:
    text = (
        "Resources:\n  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64:\n"
        f"          !Sub |\n            DB_PASSWORD={SECRET}\n            ${{AWS::Region}}\n"
    )
    (tree / "t.yaml").write_text(text, "utf-8")
    told = {one.policy.id for one in check(Request(paths=(Path("."),), select=("*secret*",))).findings}
    assert told == {"ec2-user-data-holds-no-secrets"}


def test_without_that_policy_it_is_told(tree: Path) -> None:
    assert found(tree, DATABASE, ignore=("rds-*",)) == [(ANY, 2), (ANY, 3)]
    assert found(tree, DATABASE, select=(ANY,)) == [(ANY, 2), (ANY, 3)]


def test_a_part_of_another_resource_is_looked_at(tree: Path) -> None:
    text = 'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_bucket_acl" "a" {\n  bucket = aws_s3_bucket.b.id\n'
    assert found(tree, f'{text}  token_secret_key = "{SECRET}"\n}}\n') == [(ANY, 4)]


def test_a_provider_and_the_module_that_it_is_passed_to_are_looked_at(tree: Path) -> None:
    (tree / "m").mkdir()
    (tree / "m" / "main.tf").write_text(f'provider "x" {{\n  api_key = "{SECRET}"\n}}\n', "utf-8")
    provider = f'provider "aws" {{\n  region = "eu-west-1"\n  secret_key = "{SECRET}"\n}}\n'
    assert found(tree, f'{provider}module "m" {{\n  source = "./m"\n}}\n') == [(ANY, 2), (ANY, 3)]


def test_a_default_of_a_variable_is_told_where_it_is_written(tree: Path) -> None:
    text = f'resource "aws_x" "y" {{\n  password = var.p\n}}\nvariable "p" {{\n  default = "{SECRET}"\n'
    assert found(tree, f"{text}}}\n") == [(ANY, 5)]
    assert found(tree, f"{text}  sensitive = true\n}}\n") == [(ANY, 5)]


def test_a_comment_ignores_it(tree: Path) -> None:
    text = f'resource "aws_x" "y" {{\n  password = "{SECRET}" # srm-lint: ignore[{ANY}] a test\n}}\n'
    (tree / "main.tf").write_text(text, "utf-8")
    (finding,) = check(Request(paths=(Path("."),))).findings
    assert finding.suppression is not None
