"""No secret gets out: not in any format, not in `show`, not beside another finding, not in a line nobody could read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from srm_lint.cli import main
from srm_lint.model.inventory import Entity, Inventory
from srm_lint.model.resource import Language, Resource
from srm_lint.model.source import Problem, Source, Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.report.snippet import WITHHELD
from srm_lint.secrecy import Secrecy

SECRET = "Zq7fXk29vLw4"
RUNS = (
    ("check", "--show", "unknown", "--show", "passed", "--show", "ignored"),
    ("check", "--format", "json", "--show", "passed"),
    ("check", "--format", "sarif", "--show", "unknown"),
    ("check", "--select", "rds-instance-storage-is-encrypted"),
    ("check", "--validate"),
    ("show",),
    ("show", "--format", "json"),
)

Outputs = Callable[[str, str], list[str]]

FUNCTION = """\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          {line}
"""
INSTANCE = """\
Parameters:
  Hidden: {{Type: String, NoEcho: true, Default: {secret}}}
Resources:
  I:
    Type: AWS::EC2::Instance
    Properties:
      UserData: {data}
"""
DATABASE = """\
Resources:
  D:
    Type: AWS::{kind}
    Properties:
      MasterUserPassword: {password}
"""
ONE_LINE = json.dumps(
    {
        "Parameters": {"P": {"Type": "String", "NoEcho": True, "Default": SECRET}},
        "Resources": {
            "L": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Environment": {"Variables": {"DB_PASSWORD": SECRET}}, "Handler": {"Ref": "P"}},
            },
            "D": {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": SECRET, "StorageEncrypted": 0}},
            "I": {"Type": "AWS::EC2::Instance", "Properties": {"UserData": {"Fn::Base64": f"PASSWORD={SECRET}"}}},
        },
    }
)
TEMPLATES = {
    "environment": FUNCTION.format(line=f"DB_PASSWORD: {SECRET}"),
    "address in an environment": FUNCTION.format(line=f"URL: postgres://me:{SECRET}@db.example.com/x"),
    "user data": INSTANCE.format(secret="x", data=f'!Base64 "export DB_PASSWORD={SECRET}"'),
    "half-known user data": INSTANCE.format(
        secret="x", data=f'!Base64 {{"Fn::Sub": "export DB_PASSWORD={SECRET} ${{AWS::Region}}"}}'
    ),
    "hidden default in user data": INSTANCE.format(secret=SECRET, data="!Base64 {'Fn::Sub': 'PASSWORD=${Hidden}'}"),
    "native kind": DATABASE.format(kind="Redshift::Cluster", password=SECRET),
    "one line": ONE_LINE,
    "hidden key of a mapping": INSTANCE.format(secret=SECRET, data="!FindInMap [M, !Ref Hidden, x]")
    + "Mappings: {M: {a: {b: c}}}\n",
    "broken YAML": DATABASE.format(kind="RDS::DBInstance", password=f"{SECRET}: x: y"),
    "broken JSON": ONE_LINE.replace(f'"{SECRET}", "StorageEncrypted"', f'"{SECRET}" "StorageEncrypted"'),
    "refused by AWS": DATABASE.format(kind="RDS::DBInstance", password=f"{SECRET}/@"),
}
MODULES = {
    "heredoc": f'resource "aws_instance" "i" {{\n  user_data = <<-EOT\n    export DB_PASSWORD={SECRET}\n  EOT\n}}\n',
    "environment": 'resource "aws_lambda_function" "f" {\n  environment {\n'
    f'    variables = {{ DB_PASSWORD = "{SECRET}", STAGE = "x" }}\n  }}\n}}\n',
    "broken": f'resource "aws_db_instance" "d" {{\n  password = "{SECRET}\n}}\n',
    "provider": f'provider "aws" {{\n  secret_key = "{SECRET}"\n}}\n',
    "unknown type": f'resource "aws_x" "y" {{\n  inner {{\n    password = "{SECRET}"\n  }}\n}}\n',
    "part of another": 'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_bucket_policy" "p" {\n'
    f'  bucket = aws_s3_bucket.b.id\n  policy = jsonencode({{ password = "{SECRET}" }})\n}}\n',
    "encoded": f'resource "aws_instance" "i" {{\n  user_data = base64encode("export DB_PASSWORD={SECRET}")\n}}\n',
}


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Outputs:
    """Writes a file, and gives what each of `RUNS` says of it."""
    monkeypatch.chdir(tmp_path)

    def run(file: str, text: str) -> list[str]:
        (tmp_path / file).write_text(text, "utf-8")
        said = []
        for arguments in RUNS:
            with pytest.raises(SystemExit):
                main((*arguments, file))
            told = capsys.readouterr()
            assert "internal error" not in told.err
            said.append(told.out + told.err)
        return said

    return run


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_report_has_the_secret_of_a_template(outputs: Outputs, name: str) -> None:
    for said in outputs("t.yaml", TEMPLATES[name]):
        assert SECRET not in said


@pytest.mark.parametrize("name", MODULES)
def test_no_report_has_the_secret_of_a_module(outputs: Outputs, name: str) -> None:
    for said in outputs("main.tf", MODULES[name]):
        assert SECRET not in said


def test_what_is_no_secret_is_shown(outputs: Outputs) -> None:
    assert '"production"' in "".join(outputs("t.yaml", FUNCTION.format(line="STAGE: production")))


AT = Span("main.tf", 2, 27, 2, 36)
HERE = Span("main.tf", 1, 1, 1, 2)
LINES = 'resource "x" "y" {\n  user = "me", password = "hunter2", other = 1\n}\n'
HIDDEN = Scalar(span=AT, data="hunter2", sensitive=True)


def quoted(body: Object, text: str = LINES, *problems: Problem) -> str:
    resource = Resource("x.y", "x", Object(span=HERE, members={}), HERE, Scalar(span=HERE, data=True))
    secrecy = Secrecy()
    secrecy.conceal(Inventory({"x.y": Entity("terraform:x", resource, Language.TERRAFORM, body)}))
    return secrecy.quotable({"main.tf": Source("main.tf", text)}, problems)["main.tf"].text


@pytest.mark.parametrize(
    "held",
    [
        HIDDEN,
        List(span=HERE, items=(HIDDEN,)),
        Scalar(span=HERE, data="{}", encodes=HIDDEN),
        Unknown(span=HERE, reason="why", candidates=(HIDDEN,)),
        Unknown(span=HERE, reason="why", encodes=HIDDEN),
        Scalar(span=AT, data="postgres://me:hunter2@db/x"),
        Unknown(span=AT, reason="why", pieces=("password=hunter2 ", None)),
        Object(
            span=HERE, members={"Name": Scalar(span=HERE, data="DB_PASSWORD"), "Value": Scalar(span=AT, data="hunter2")}
        ),
    ],
    ids=[
        "member",
        "item",
        "encoded",
        "candidate",
        "encoded unknown",
        "told by its look",
        "half known",
        "told by its name",
    ],
)
def test_a_secret_is_withheld_from_the_text(held: Value) -> None:
    assert quoted(Object(span=HERE, members={"held": held})) == LINES.replace('"hunter2"', WITHHELD * 9)


def test_a_secret_over_several_lines_is_withheld_on_each() -> None:
    secret = Scalar(span=Span("main.tf", 1, 5, 3, 4), data="hunter2", sensitive=True)
    text = quoted(Object(span=HERE, members={"a": secret}), "a = <<EOT\nhunter2\nEOT\nb = 1\n")
    assert text == f"a = {WITHHELD * 5}\n{WITHHELD * 7}\n{WITHHELD * 3}\nb = 1\n"


def test_what_is_absent_hides_nothing() -> None:
    assert quoted(Object(span=HERE, members={"a": Absent(span=AT, sensitive=True)})) == LINES


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password: hunter2: x", "password:"),
        ("user: me, 'api_key' = hunter2: x", "user: me, 'api_key' ="),
        ("password: !Ref Pasword", "password: !Ref Pasword"),
        ("password = var.pasword", "password = var.pasword"),
        ("user: hunter: x", "user: hunter: x"),
    ],
)
def test_what_may_be_a_secret_on_a_line_with_a_problem_is_withheld(line: str, shown: str) -> None:
    problem = Problem("syntax", "is not YAML", HERE)
    assert quoted(Object(span=HERE, members={}), line, problem).rstrip(WITHHELD) == shown
