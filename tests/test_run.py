"""The pipeline: what a user sees of a folder, a file, an ignore comment, a variable and a shared module."""

from pathlib import Path

import pytest

from srm_lint.discover import discover
from srm_lint.model.finding import Finding, Scan
from srm_lint.model.policy import Outcome
from srm_lint.model.value import Origin
from srm_lint.request import Request
from srm_lint.run import check, inventories

SSH = "security-group-closes-ssh-to-the-internet"
GROUP = """\
resource "aws_security_group" "{name}" {{
  ingress {{
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [{cidr}]
  }}
}}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".tf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def group(name: str, cidr: str) -> str:
    return GROUP.format(name=name, cidr=cidr)


def found(scan: Scan, policy: str = SSH) -> list[Finding]:
    return [finding for finding in scan.findings if finding.policy.id == policy]


def run(*paths: str, **request: object) -> Scan:
    return check(Request(paths=tuple(Path(path) for path in paths), select=(SSH,), **request))  # type: ignore[arg-type]


def test_the_literal_that_decides_is_the_primary_place(tree: Path) -> None:
    write(tree, variables='variable "from" {\n  default = "0.0.0.0/0"\n}\n', main=group("a", "var.from"))
    (finding,) = found(run("."))
    assert (finding.primary.source, finding.primary.line, finding.primary.column) == ("variables.tf", 2, 13)
    hop = finding.related[0]
    assert (hop.message, hop.span.source, hop.span.line) == ("passed here", "main.tf", 6)
    assert finding.basis is Origin.PASSED


def test_a_value_given_on_the_command_line_counts(tree: Path) -> None:
    write(tree, main='variable "from" {\n  default = "0.0.0.0/0"\n}\n' + group("a", "var.from"))
    assert not found(run(".", variables={"from": "10.0.0.0/8"}))


def test_an_unknown_names_the_input_that_is_missing(tree: Path) -> None:
    write(tree, main='variable "from" {}\n' + group("a", "var.from"))
    (finding,) = found(run("."))
    assert finding.outcome is Outcome.UNKNOWN
    assert "var.from has no value" in finding.message


def test_one_defect_is_one_finding_with_every_instance(tree: Path) -> None:
    calls = "".join(f'module "{name}" {{\n  source = "./net"\n}}\n' for name in "abc")
    write(tree, main=calls, net__main=group("g", '"0.0.0.0/0"'))
    (finding,) = found(run("."))
    assert finding.primary.source == "net/main.tf"
    assert finding.instances == tuple(f"module.{name}.aws_security_group.g" for name in "abc")


def test_a_caller_that_passes_the_bad_value_is_where_the_fix_goes(tree: Path) -> None:
    call = 'module "{name}" {{\n  source = "./net"\n  from   = "{cidr}"\n}}\n'
    main = call.format(name="good", cidr="10.0.0.0/8") + call.format(name="bad", cidr="0.0.0.0/0")
    write(tree, main=main, net__main='variable "from" {}\n' + group("g", "var.from"))
    (finding,) = found(run("."))
    assert (finding.primary.source, finding.primary.line) == ("main.tf", 7)
    assert finding.instances == ("module.bad.aws_security_group.g",)


def test_a_module_shared_by_two_roots_is_told_once(tree: Path) -> None:
    for root in ("one", "two"):
        write(tree, **{f"{root}__main": 'module "n" {\n  source = "../net"\n}\n'})
    write(tree, net__main=group("g", '"0.0.0.0/0"'))
    (finding,) = found(run("."))
    assert finding.primary.source == "net/main.tf"


def test_a_file_is_judged_with_its_whole_module(tree: Path) -> None:
    write(tree, variables='variable "from" {\n  default = "0.0.0.0/0"\n}\n', main=group("a", "var.from"))
    write(tree, other=group("b", '"0.0.0.0/0"'))
    assert [one.entity.resource.address for one in found(run("main.tf"))] == ["aws_security_group.a"]
    assert [one.entity.resource.address for one in found(run("variables.tf"))] == ["aws_security_group.a"]
    assert [one.entity.resource.address for one in found(run("other.tf"))] == ["aws_security_group.b"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["0.0.0.0/0"]', f'["0.0.0.0/0"] # srm-lint: ignore[{SSH}] a honeypot'),
        ("    cidr_blocks", f"    # srm-lint: ignore[x, {SSH}] a honeypot\n    # (really)\n    cidr_blocks"),
        ("resource", f"# srm-lint: ignore[{SSH}] a honeypot\nresource"),
        ('"a" {', f'"a" {{ # srm-lint: ignore[{SSH}] a honeypot'),
    ],
)
def test_an_ignore_comment_keeps_and_counts_the_finding(tree: Path, before: str, after: str) -> None:
    write(tree, main=group("a", '"0.0.0.0/0"').replace(before, after, 1))
    (finding,) = found(run("."))
    assert finding.suppression is not None
    assert finding.suppression.reason == "a honeypot"


@pytest.mark.parametrize(
    "comment", ["# srm-lint: ignore[other-policy]", "# ignore[" + SSH + "]", "# srm-lint: ignore[]"]
)
def test_another_comment_ignores_nothing(tree: Path, comment: str) -> None:
    write(tree, main=comment + "\n" + group("a", '"0.0.0.0/0"'))
    (finding,) = found(run("."))
    assert finding.suppression is None


def test_policies_are_selected_and_ignored_by_id_glob_service_and_severity(tree: Path) -> None:
    write(tree, main=group("a", '"0.0.0.0/0"') + 'resource "aws_s3_bucket" "b" {}\n')

    def ids(**request: tuple[str, ...]) -> set[str]:
        scan = check(Request(paths=(Path(),), **request))  # type: ignore[arg-type]
        return {finding.policy.id for finding in (*scan.findings, *scan.passed)}

    assert ids(select=(SSH,)) == {SSH}
    assert {one.partition("-")[0] for one in ids(select=("s3",))} == {"s3"}
    assert SSH in ids(select=("security-group-*",))
    assert SSH not in ids(ignore=("high",))
    assert SSH not in ids(ignore=(SSH,))


def test_the_fingerprint_does_not_move_with_the_lines(tree: Path) -> None:
    write(tree, main=group("a", '"0.0.0.0/0"'))
    before = [one.fingerprint for one in found(run("."))]
    write(tree, main="\n\n# moved\n" + group("a", '"0.0.0.0/0"'))
    assert [one.fingerprint for one in found(run("."))] == before


def test_the_inventory_is_one_for_both_languages(tree: Path) -> None:
    write(tree, main=group("a", '"10.0.0.0/8"'))
    (tree / "template.yaml").write_text(
        "Resources:\n  A:\n    Type: AWS::EC2::SecurityGroup\n    Properties: {GroupDescription: a}\n", "utf-8"
    )
    kinds = [
        entity.kind
        for _, inventory in inventories(Request(paths=(tree,)), discover((tree,)))
        for entity in inventory.entities.values()
    ]
    assert kinds == ["vpc.security_group"] * 2


def test_own_policies_are_judged_beside_the_built_in_ones(tree: Path) -> None:
    write(tree, main='resource "aws_thing" "t" {\n  colour = "red"\n}\n')
    (tree / "own").mkdir()
    (tree / "own" / "thing-is-blue.yaml").write_text(
        """\
id: thing-is-blue
title: Thing is blue
severity: low
service: s3
item: public-access
why: Red things fade.
check: {for: "terraform:aws_thing", require: {path: $.colour, equals: blue}}
remediation: {terraform: Paint it.}
citations: [{title: Colours, url: "https://example.com"}]
examples: []
""",
        "utf-8",
    )
    scan = check(Request(paths=(tree,), policies=(tree / "own",)))
    (finding,) = found(scan, "thing-is-blue")
    assert (finding.message, finding.primary.line) == ('colour is "red"', 2)


def test_an_attribute_that_a_property_gives_has_its_value(tree: Path) -> None:
    template = """\
Parameters:
  Cidr: {Type: String, Default: 0.0.0.0/0}
Resources:
  Net:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Ref Cidr}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: g
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !GetAtt Net.CidrBlock}
"""
    (tree / "template.yaml").write_text(template, "utf-8")
    (finding,) = found(run("."))
    assert (finding.outcome, finding.primary.line) == (Outcome.FAIL, 2)
    (tree / "template.yaml").write_text(template.replace("!Ref Cidr", "10.0.0.0/16"), "utf-8")
    assert not found(run("."))


def test_a_secret_in_encoded_user_data_with_gaps_is_found(tree: Path) -> None:
    write(
        tree,
        main="""\
data "aws_region" "r" {}
resource "aws_instance" "i" {
  user_data_base64 = base64encode("export DB_PASSWORD=correct-horse-battery\\necho ${data.aws_region.r.name}")
}
""",
    )
    scan = check(Request(paths=(tree,), select=("ec2-user-data-holds-no-secrets",)))
    (finding,) = found(scan, "ec2-user-data-holds-no-secrets")
    assert finding.outcome is Outcome.FAIL
    assert "correct-horse" not in finding.message


def test_a_pass_because_something_bad_is_absent_rests_on_no_default(tree: Path) -> None:
    write(tree, main='resource "aws_security_group" "a" {}\n' + group("b", '"10.0.0.0/8"'))
    assert [one.basis for one in run(".").passed] == [Origin.WRITTEN, Origin.WRITTEN]


def test_what_aws_would_refuse_is_told_on_request(tree: Path) -> None:
    (tree / "template.yaml").write_text(
        "Resources:\n  D:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketNam: x\n", "utf-8"
    )
    (slip,) = check(Request(paths=(tree,))).problems
    assert slip.message == "AWS::S3::Bucket has no property BucketNam; did you mean BucketName?"
    (problem,) = check(Request(paths=(tree,), validate=True)).problems
    assert (problem.kind, problem.span.line) == ("syntax", 5)
    assert "BucketName" in problem.message
    assert "cfn-lint E3002" in problem.message
