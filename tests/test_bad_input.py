"""Bad input, end to end: a Problem with file, line and a sentence that helps; the rest is judged; time is bounded."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from srm_lint.model.finding import Scan
from srm_lint.request import Request
from srm_lint.run import check

OPEN_GROUP = """\
resource "aws_security_group" "open" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
OPEN_TEMPLATE = """\
Resources:
  Open:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: open
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
"""
SECONDS = 10.0
"""Far more than any of these takes, and far less than what an unbounded reading would."""


def scan(folder: Path) -> Scan:
    started = time.monotonic()
    found = check(Request(paths=(folder,)))
    assert time.monotonic() - started < SECONDS
    return found


def open_groups(found: Scan) -> set[str]:
    return {
        finding.entity.resource.address
        for finding in found.findings
        if finding.policy.id == "security-group-closes-ssh-to-the-internet"
    }


def write(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode()) and None


TERRAFORM: dict[str, tuple[str, int, str, str]] = {
    "broken HCL": ('resource "aws_s3_bucket" "b" {\n  bucket = \n}\n', 2, "syntax", "expected"),
    "an unclosed block": ('resource "aws_s3_bucket" "b" {\n  bucket = "x"\n', 3, "syntax", "expected"),
    "NUL bytes": ('# a\nlocals {\n  a = "\0"\n}\n', 3, "unreadable", "NUL"),
    "nesting 10,000 deep": (
        'resource "aws_ebs_volume" "v" {\n  size = ' + "(" * 10_000 + "1" + ")" * 10_000 + "\n}\n",
        2,
        "limit",
        "deep",
    ),
    "values that double 40 times": (
        "locals {\n  a0 = [1]\n"
        + "".join(f"  a{n + 1} = [local.a{n}, local.a{n}]\n" for n in range(40))
        + '}\nresource "aws_ebs_volume" "v" {\n  tags = local.a40\n  size = sum(local.a40)\n}\n',
        0,
        "limit",
        "100,000",
    ),
    "blocks 10,000 deep": ('resource "a" "b" {\n' + "a {\n" * 10_000 + "}\n" * 10_001, 0, "limit", "deep"),
    "a missing module": ('module "m" {\n  source = "./gone"\n}\n', 2, "missing-module", "./gone"),
    "a remote module": ('module "m" {\n  source = "a/b/aws"\n}\n', 2, "missing-module", "terraform init"),
    "a module that calls itself": ('module "m" {\n  source = "./"\n}\n', 2, "unsupported", "calls itself"),
    "a module outside the tree": ('module "m" {\n  source = "../../../../.."\n}\n', 2, "missing-module", "outside"),
    "count = 1e9": ('resource "aws_ebs_volume" "v" {\n  count = 1e9\n}\n', 2, "limit", "10,000"),
    "a file outside the tree": (
        'locals {\n  a = file("/etc/passwd")\n}\nresource "aws_s3_bucket" "b" {\n  bucket = local.a\n}\n',
        2,
        "unreadable",
        "outside",
    ),
    "a cycle": (
        'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_s3_bucket" "b" {\n  bucket = local.a\n}\n',
        0,
        "syntax",
        "refers to itself",
    ),
}


@pytest.mark.parametrize(("text", "line", "kind", "says"), TERRAFORM.values(), ids=TERRAFORM.keys())
def test_bad_terraform(tmp_path: Path, text: str, line: int, kind: str, says: str) -> None:
    (tmp_path / "bad.tf").write_text(text, "utf-8")
    (tmp_path / "good.tf").write_text(OPEN_GROUP, "utf-8")
    found = scan(tmp_path)
    assert open_groups(found) == {"aws_security_group.open"}
    problem = found.problems[0]
    assert problem.span.source.endswith("bad.tf")
    assert line in (0, problem.span.line), problem
    assert (problem.kind, says.lower() in problem.message.lower()) == (kind, True), problem.message


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(12)
)
TEMPLATES: dict[str, tuple[str, int, str, str]] = {
    "broken YAML": ("Resources:\n  A:\n    Type: AWS::S3::Bucket\n   B: [\n", 0, "syntax", ""),
    "broken JSON": ('{"Resources": {"A": {"Type": "AWS::S3::Bucket",}}', 0, "syntax", ""),
    "a template that is a list": ("- AWSTemplateFormatVersion: '2010-09-09'\n- Resources: {}\n", 1, "syntax", "list"),
    "duplicate keys": (
        OPEN_TEMPLATE.replace("Open:", "A:") + "  A:\n    Type: AWS::S3::Bucket\n",
        8,
        "syntax",
        "already written",
    ),
    "NUL bytes": ("AWSTemplateFormatVersion: '2010-09-09'\nDescription: \0\n", 2, "unreadable", "NUL"),
    "an alias bomb": (
        "AWSTemplateFormatVersion: '2010-09-09'\nMetadata:\n"
        + "".join(f"  {line}\n" for line in BOMB.splitlines())
        + "Resources: {}\n",
        0,
        "limit",
        "",
    ),
    "nesting 10,000 deep": (
        "AWSTemplateFormatVersion: '2010-09-09'\nMetadata: " + "[" * 10_000 + "]" * 10_000 + "\n",
        2,
        "limit",
        "deep",
    ),
    "mappings 10,000 deep": (
        "AWSTemplateFormatVersion: '2010-09-09'\nMetadata: " + "{a: " * 10_000 + "1" + "}" * 10_000 + "\n",
        2,
        "limit",
        "deep",
    ),
    "a reference to nothing": (
        "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Ref Gone\n",
        5,
        "syntax",
        "Gone",
    ),
}


@pytest.mark.parametrize(("text", "line", "kind", "says"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_bad_template(tmp_path: Path, text: str, line: int, kind: str, says: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    (tmp_path / "good.yaml").write_text(OPEN_TEMPLATE, "utf-8")
    found = scan(tmp_path)
    assert "Open" in open_groups(found)
    problem = found.problems[0]
    assert problem.span.source.endswith("bad.yaml")
    assert line in (0, problem.span.line), problem
    assert (problem.kind, says.lower() in problem.message.lower()) == (kind, True), problem.message


@pytest.mark.parametrize(("name", "text"), [("main.tf", OPEN_GROUP), ("template.yaml", OPEN_TEMPLATE)])
def test_a_byte_order_mark_and_crlf_are_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    found = scan(tmp_path)
    assert not found.problems
    (finding,) = (one for one in found.findings if one.policy.id == "security-group-closes-ssh-to-the-internet")
    line = text.split("\n")[finding.primary.line - 1]
    assert line[finding.primary.column - 1 :].lstrip('"').startswith("0.0.0.0/0")


@pytest.mark.parametrize(("name", "text"), [("main.tf", OPEN_GROUP), ("template.yaml", OPEN_TEMPLATE)])
def test_utf16_is_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-16")
    (problem,) = scan(tmp_path).problems
    assert problem.kind == "unreadable"
    assert "save it as UTF-8" in problem.message


@pytest.mark.parametrize("name", ["main.tf", "template.yaml"])
def test_a_file_of_50_mb_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"# AWSTemplateFormatVersion\n" + b"# filling\n" * 5_000_000)
    (problem,) = scan(tmp_path).problems
    assert problem.kind == "limit"
    assert problem.span.source.endswith(name)


def test_yaml_that_is_no_template_is_passed_over_without_noise(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("replicas: {{ .Values.n }}\n", "utf-8")
    (tmp_path / "package.json").write_text('{"name": "x"', "utf-8")
    (tmp_path / "template.yaml").write_text(OPEN_TEMPLATE, "utf-8")
    found = scan(tmp_path)
    assert not found.problems
    assert found.files == 1


def test_links_that_go_round_or_out_are_not_followed(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "a").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text(OPEN_GROUP.replace('"open"', '"outside"'), "utf-8")
    (tree / "a" / "main.tf").write_text(OPEN_GROUP, "utf-8")
    os.symlink(tree, tree / "a" / "loop")
    os.symlink("self", tree / "self")
    os.symlink(tmp_path / "outside", tree / "out")
    os.symlink(tmp_path / "outside" / "main.tf", tree / "a" / "out.tf")
    assert open_groups(scan(tree)) == {"aws_security_group.open"}


def test_a_secret_file_outside_the_tree_never_gets_in(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0.0.0.0/0", "utf-8")
    tree = tmp_path / "tree"
    tree.mkdir()
    text = OPEN_GROUP.replace('"0.0.0.0/0"', 'file("${path.module}/../secret")')
    (tree / "main.tf").write_text(text, "utf-8")
    found = scan(tree)
    assert not [finding for finding in found.findings if finding.outcome == "fail" and "ssh" in finding.policy.id]
    assert [problem.kind for problem in found.problems] == ["unreadable"]


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    (problem,) = scan(tmp_path / "gone").problems
    assert (problem.kind, problem.message) == ("unreadable", "does not exist")
