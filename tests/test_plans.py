"""Plans as users meet them: beside their sources, away from them, by name and in a walk; and what they never tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from srm_lint.model.finding import Finding, Scan
from srm_lint.report import FORMATS, Options, render
from srm_lint.request import Request
from srm_lint.run import check, service_map

SSH = "security-group-closes-ssh-to-the-internet"
BLOCKED = "s3-bucket-blocks-public-access"
GROUP = """\
resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
SECRET = "correct-horse-battery"
PLANNED = {
    "type": "aws_security_group",
    "values": {"ingress": [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]},
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


def write_plan(path: str, *resources: Any, **more: Any) -> None:
    """Resources are given by type, name and values; their addresses are those of the root module."""
    planned = [
        {"mode": "managed", "address": f"{one['type']}.{one.get('name', 'web')}", "name": "web", **one}
        for one in resources
    ]
    document = {"format_version": "1.2", "terraform_version": "1.11.4"}
    write(path, json.dumps(document | {"planned_values": {"root_module": {"resources": planned}}} | more))


def found(scan: Scan, policy: str = SSH) -> list[Finding]:
    return [finding for finding in scan.findings if finding.policy.id == policy]


def run(*paths: str, **request: Any) -> Scan:
    return check(Request(paths=tuple(Path(path) for path in paths), **request))


def at(finding: Finding) -> tuple[str, int, int]:
    return finding.primary.source, finding.primary.line, finding.primary.column


def test_a_plan_stands_for_the_sources_beside_it(tree: Path) -> None:
    write("infra/main.tf", GROUP + 'module "m" {\n  source = "./m"\n}\n')
    write("infra/m/main.tf", GROUP)
    write("other/main.tf", GROUP)
    configured = {"root_module": {"resources": [{"mode": "managed", "type": "aws_security_group", "name": "web"}]}}
    write_plan("infra/plan.json", PLANNED, configuration=configured)
    scan = run(".")
    assert [(at(finding), finding.instances) for finding in found(scan)] == [
        (("infra/m/main.tf", 6, 20), ("module.m.aws_security_group.web",)),
        (("infra/main.tf", 6, 20), ("aws_security_group.web",)),
        (("other/main.tf", 6, 20), ("aws_security_group.web",)),
    ]
    assert scan.problems == ()


def test_what_the_plan_knows_decides(tree: Path) -> None:
    write("main.tf", GROUP.replace('["0.0.0.0/0"]', "var.ranges") + 'variable "ranges" {}\n')
    assert [finding.outcome for finding in found(run("."))] == ["unknown"]
    write_plan("plan.json", PLANNED, variables={"ranges": {"value": ["0.0.0.0/0"]}})
    (finding,) = found(run("."))
    assert (finding.outcome, at(finding)) == ("fail", ("main.tf", 9, 1))


def test_a_plan_that_is_asked_for_by_name_is_reported_whole(tree: Path) -> None:
    write("main.tf", GROUP)
    write("m/main.tf", GROUP)
    write_plan("plan.json", PLANNED)
    assert [at(finding) for finding in found(run("plan.json"))] == [("main.tf", 6, 20)]
    assert [at(finding) for finding in found(run("plan.json", "."))] == [("m/main.tf", 6, 20), ("main.tf", 6, 20)]


def test_sources_may_lie_elsewhere(tree: Path) -> None:
    write("infra/main.tf", GROUP)
    write_plan("out/plan.json", PLANNED)
    (finding,) = found(run("out/plan.json"))
    assert finding.primary.source == "out/plan.json"
    for paths in (["out/plan.json"], ["out/plan.json", "infra"], ["."]):
        (finding,) = found(run(*paths, source=Path("infra")))
        assert at(finding) == ("infra/main.tf", 6, 20)
    write("empty/x.txt", "")
    (problem,) = run("out/plan.json", source=Path("empty")).problems
    assert problem.message == "holds nothing that is declared in empty, where its sources should lie"


def test_a_state_is_judged_beside_the_sources(tree: Path) -> None:
    write("main.tf", GROUP + GROUP.replace("web", "new"))
    resource = {"mode": "managed", "address": "aws_security_group.web", "name": "web", **PLANNED}
    document = {"format_version": "1.0", "terraform_version": "1", "values": {"root_module": {"resources": [resource]}}}
    write("state.json", json.dumps(document))
    scan = run(".")
    assert [(finding.primary.line, finding.instances) for finding in found(scan)] == [
        (6, ("aws_security_group.web",)),
        (14, ("aws_security_group.new",)),
    ]


def test_an_ignore_comment_of_the_sources_counts(tree: Path) -> None:
    write("main.tf", f"# srm-lint: ignore[{SSH}] a bastion\n{GROUP}")
    write_plan("plan.json", PLANNED)
    (finding,) = found(run("plan.json"))
    assert finding.suppression is not None
    assert finding.suppression.reason == "a bastion"


def test_parts_and_links_are_joined_by_what_is_known_and_unknown(tree: Path) -> None:
    settings = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    values = dict.fromkeys(settings, True)
    block = {"type": "aws_s3_bucket_public_access_block"}
    reference = {"bucket": {"references": ["aws_s3_bucket.new.id", "aws_s3_bucket.new"]}}
    configured = {"mode": "managed", "type": block["type"], "name": "new", "expressions": reference}
    marks = {"actions": ["create"], "after_unknown": {"bucket": True, "id": True}}
    write_plan(
        "plan.json",
        {"type": "aws_s3_bucket", "name": "new", "values": {"bucket_prefix": "x"}},
        {"type": "aws_s3_bucket", "name": "old", "values": {"id": "known", "arn": "arn:aws:s3:::known"}},
        {**block, "name": "new", "values": values},
        {**block, "name": "old", "values": {**values, "bucket": "known"}},
        resource_changes=[{"address": f"{block['type']}.new", "change": marks}],
        configuration={"root_module": {"resources": [configured]}},
    )
    passed = [finding.entity.resource.address for finding in run(".").passed if finding.policy.id == BLOCKED]
    assert sorted(passed) == ["aws_s3_bucket.new", "aws_s3_bucket.old"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("sources", [True, False])
@pytest.mark.parametrize("name", FORMATS)
def test_no_report_tells_what_a_plan_keeps(tree: Path, name: str, indent: int | None, *, sources: bool) -> None:
    database = {
        "type": "aws_db_instance",
        "values": {"password": SECRET, "engine": "mysql", "output": SECRET, "tags": {"note": f"{SECRET}!"}},
        "sensitive_values": {"password": True, "tags": {"note": True}},
    }
    write_plan("plan.json", PLANNED, database, variables={"pw": {"value": SECRET}})
    write("plan.json", json.dumps(json.loads(Path("plan.json").read_text()), indent=indent))
    if sources:
        write(
            "main.tf", f'{GROUP}resource "aws_db_instance" "web" {{\n  engine = "mysql"\n  password = "{SECRET}"\n}}\n'
        )
    scan = run("plan.json")
    assert any(finding.entity.kind == "rds.instance" for finding in scan.findings)
    text = render(scan, name, Options(show=frozenset({"unknown", "passed"}), version="1", width=10_000))
    assert SECRET not in text
    assert "planned_values" not in text
    assert name != "text" or not sources or 'resource "aws_db_instance" "web" {' in text


def test_a_template_is_no_plan_and_a_plan_no_template(tree: Path) -> None:
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "the format_version of a plan, and its planned_values",
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}],
        },
    }
    told = {"format_version": "1.2", "terraform_version": "1.11.4"}
    write("stack.json", json.dumps({"Metadata": told, "Resources": {"Web": group}}))
    write_plan("plan.json", {**PLANNED, "values": {**PLANNED["values"], "Resources": {"Web": group}}})  # type: ignore[dict-item]
    scan = run(".")
    assert [finding.primary.source for finding in found(scan)] == ["plan.json", "stack.json"]
    assert scan.problems == ()


def test_a_plan_may_be_larger_than_what_people_write(tree: Path) -> None:
    write_plan("plan.json", PLANNED, prior_state={"filling": "x" * (9 * 1024 * 1024)})
    assert len(found(run("."))) == 1


def test_a_plan_that_destroys_everything_leaves_nothing_to_judge(tree: Path) -> None:
    write("main.tf", GROUP)
    configured = {"root_module": {"resources": [{"mode": "managed", "type": "aws_security_group", "name": "web"}]}}
    write_plan("plan.json", configuration=configured)
    scan = run(".")
    assert (found(scan), scan.kinds, scan.problems) == ([], {}, ())


def test_the_map_tells_of_plans_too(tree: Path) -> None:
    write_plan("plan.json", PLANNED)
    services = service_map(Request(paths=(Path("plan.json"),)))
    assert [mapped.service.id for mapped in services.services] == ["vpc"]
