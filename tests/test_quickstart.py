"""The example that ships: its report is as written beside it, and the README quotes that report and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLE = "fixtures/quickstart"


def check(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "srm_lint", "check", EXAMPLE, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


def test_the_report_of_the_example_is_as_expected() -> None:
    told = check()
    assert told.returncode == 1
    assert told.stdout == (ROOT / EXAMPLE / "expected.txt").read_text("utf-8")


def test_the_example_has_findings_in_both_languages() -> None:
    findings = json.loads(check("--format", "json").stdout)["findings"]
    failed = {
        (finding["resource"]["language"], finding["policy"]) for finding in findings if finding["outcome"] == "fail"
    }
    assert failed >= {
        ("terraform", "s3-bucket-blocks-public-access"),
        ("terraform", "security-group-closes-ssh-to-the-internet"),
        ("terraform", "ec2-instance-requires-imdsv2"),
        ("cloudformation", "security-group-closes-rdp-to-the-internet"),
        ("cloudformation", "rds-instance-storage-is-encrypted"),
    }
    assert [finding["policy"] for finding in findings if finding["suppression"]] == ["s3-bucket-logs-access"]


def test_the_sample_of_the_readme_is_quoted_from_the_expected_report() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    sample = re.search(r"<!-- sample of fixtures/quickstart/expected.txt -->\n```\n(.*?)```\n", readme, re.DOTALL)
    assert sample is not None
    expected = (ROOT / EXAMPLE / "expected.txt").read_text("utf-8")
    pieces = [piece.strip("\n") for piece in sample[1].split("…\n")]
    assert len(pieces) > 2
    at = 0
    for piece in pieces:
        assert piece
        at = expected.find(piece, at)
        assert at >= 0, f"the report does not have, in this order:\n{piece}"


def test_the_readme_names_commands_for_ci() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    fences = re.findall(r"<!-- ci: (\w+) -->\n```sh\n(.*?)```\n", readme, re.DOTALL)
    assert [name for name, _ in fences] == ["try", "test"]
    assert f"srm-lint check {EXAMPLE}" in fences[0][1]
    assert "python -m pytest" in fences[1][1]
    assert all(commands.count("\n") == 1 for _, commands in fences)
