"""The map: what is deployed, whose side each item is on, and how it is known."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from srm_lint.marked import parse
from srm_lint.model.responsibility import Owner
from srm_lint.model.service_map import Mapped, Standing
from srm_lint.policy.conditions import Compiler
from srm_lint.report.map import is_open, render_json, render_text
from srm_lint.request import Request
from srm_lint.responsibility.catalogue import service, services
from srm_lint.run import service_map
from srm_lint.schema.loader import Schema

MAIN = """\
resource "aws_db_instance" "quiet" {
  backup_retention_period    = 0 # srm-lint: ignore[rds-instance-keeps-backups] rebuilt every night
  auto_minor_version_upgrade = false
  storage_encrypted          = true
}

resource "aws_db_instance" "open" {
  publicly_accessible = true
}

resource "aws_thing" "t" {}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(MAIN, "utf-8")
    return tmp_path


def rds(tree: Path) -> Mapped:
    (found,) = (one for one in service_map(Request(paths=(tree,))).services if one.service.id == "rds")
    return found


def standing(mapped: Mapped, item: str) -> Standing:
    (found,) = (one for one in mapped.items if one.item.name == item)
    return found


def test_an_item_that_policies_judge_shows_their_outcomes(tree: Path) -> None:
    mapped = rds(tree)
    assert mapped.kinds == {"rds.instance": 2}
    exposure = standing(mapped, "network-exposure")
    assert (exposure.failed, exposure.passed) == (1, 1)
    assert exposure.policies == ("rds-instance-is-not-public",)
    encryption = standing(mapped, "encryption-at-rest")
    assert (encryption.failed, encryption.passed) == (1, 1)


def test_what_is_ignored_is_counted_as_such(tree: Path) -> None:
    backups = standing(rds(tree), "backup-retention")
    assert (backups.failed, backups.ignored) == (1, 1)


def test_a_setting_moves_the_line(tree: Path) -> None:
    patching = standing(rds(tree), "engine-patching")
    assert (patching.item.owner, patching.moved_to, patching.moved) == (Owner.SHARED, Owner.CUSTOMER, 1)
    assert patching.because


def test_what_no_policy_judges_is_an_open_question_and_what_the_provider_does_is_inherited(tree: Path) -> None:
    mapped = rds(tree)
    assert is_open(standing(mapped, "engine-version"))
    assert not is_open(standing(mapped, "host-patching"))
    assert not is_open(standing(mapped, "network-exposure"))


def test_what_the_catalogue_does_not_have_is_counted(tree: Path) -> None:
    assert service_map(Request(paths=(tree,))).uncatalogued == {"terraform:aws_thing": 1}


def test_the_text_tells_both_sides_and_how_it_is_known(tree: Path) -> None:
    told = render_text(service_map(Request(paths=(tree,))), color=False, width=200)
    assert "Amazon RDS (paas)  rds.instance 2\n" in told
    assert "known: 1 failed, 0 unknown, 1 passed (rds-instance-is-not-public)\n" in told
    assert "moves to you on 1 resource: " in told
    assert "Not yet in the catalogue\n  terraform:aws_thing  1\n" in told
    assert told.index("  you       network-exposure") < told.index("  AWS       host-patching")


def test_a_row_whose_source_nobody_has_read_is_told_as_such(tree: Path) -> None:
    services = service_map(Request(paths=(tree,)))
    assert "not yet confirmed" not in next(
        line for line in render_text(services, color=False, width=100).splitlines() if "network-exposure" in line
    )
    mapped = rds(tree)
    item = replace(
        standing(mapped, "network-exposure"), item=replace(standing(mapped, "network-exposure").item, checked=None)
    )
    told = render_text(replace(services, services=(replace(mapped, items=(item,)),)), color=False, width=100)
    assert "network-exposure (network, source not yet confirmed)" in told


def test_the_json_says_all_that_the_catalogue_says(tree: Path) -> None:
    told = json.loads(render_json(service_map(Request(paths=(tree,))), version="1.2.3"))
    assert (told["schema_version"], told["tool"]["version"], told["problems"]) == ("1", "1.2.3", [])
    (service,) = (one for one in told["services"] if one["service"] == "rds")
    items = {item["item"]: item for item in service["items"]}
    assert items["network-exposure"]["outcomes"] == {"failed": 1, "unknown": 0, "passed": 1, "ignored": 0}
    assert items["engine-patching"]["moved"]["to"] == "customer"
    assert {item["known"] for item in items.values()} == {"judged", "open", "inherited"}
    assert all(item["url"].startswith("https://") for item in items.values())


MOVES = [
    (kind, move)
    for name in services("aws")
    for item in service("aws", name).items.values()
    for kind, move in (item.moves_when or {}).items()
]


@pytest.mark.parametrize(("kind", "move"), MOVES, ids=str)
def test_what_moves_the_line_is_in_the_map_of_kinds(kind: str, move: dict[str, object]) -> None:
    schema = Schema()
    question = {key: value for key, value in move.items() if key not in ("to", "because")}
    Compiler(schema, schema.kind(kind)).compile(parse(json.dumps(question), "moves_when"))
    assert schema.kind(kind) is not None


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [("main.tf", MAIN, 0), ("main.tf", 'module "m" {\n  source = "a/b/aws"\n}\n', 3), ("notes.txt", "x", 4)],
)
def test_the_exit_code_says_how_it_went(tmp_path: Path, name: str, text: str, code: int) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "srm_lint", "map", "."]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == code


def test_the_sample_of_the_readme_is_what_the_example_gives() -> None:
    root = Path(__file__).parent.parent
    sample = (root / "README.md").read_text("utf-8").partition("## The map")[2].split("```")[1]
    told = render_text(service_map(Request(paths=(root / "fixtures" / "quickstart",))), color=False, width=200)
    quoted = [line for line in sample.strip("\n").split("\n") if line != "…"]
    assert len(quoted) > 5
    for line in quoted:
        assert line.removesuffix("…") in told
