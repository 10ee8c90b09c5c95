"""The hook, run by the real pre-commit program from this very checkout, in a repository made here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OPEN = """resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.ranges
    description = "administration"
  }
}
variable "ranges" {
  type    = list(string)
  default = ["0.0.0.0/0"]
}
"""
OFFLINE = ("No matching distribution found", "Could not find a version", "Failed to establish a new connection")


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as a repository that holds the hook, with what is not committed yet."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so pre-commit has no repository to take the hook from")
    folder = tmp_path_factory.mktemp("hook")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


@pytest.mark.network
def test_pre_commit_runs_the_hook_on_changed_files(hook: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "-q")
    (repository / "infra").mkdir()
    main = repository / "infra" / "main.tf"
    main.write_text(OPEN, "utf-8")
    (repository / "infra" / "other.tf").write_text("locals {}\n", "utf-8")
    (repository / "settings.json").write_text('{"a": 1}\n', "utf-8")
    git(repository, "add", "-A")
    environment = os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "cache"), "NO_COLOR": "1"}

    def try_hook(*files: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "pre_commit",
            "try-repo",
            str(hook),
            "srm-lint",
            "--verbose",
            "--files",
            *files,
        ]
        return subprocess.run(
            command,
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    failed = try_hook("infra/main.tf", "settings.json")
    if any(sign in failed.stdout + failed.stderr for sign in OFFLINE):
        pytest.skip("the hook's environment cannot be installed here: no registry is reached")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "fail[security-group-closes-ssh-to-the-internet]" in failed.stdout
    assert "infra/main.tf:12:14" in failed.stdout

    elsewhere = try_hook("infra/other.tf", "settings.json")
    assert elsewhere.returncode == 0, elsewhere.stdout + elsewhere.stderr

    main.write_text(OPEN.replace("0.0.0.0/0", "10.0.0.0/8"), "utf-8")
    fixed = try_hook("infra/main.tf", "settings.json")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert "Passed" in fixed.stdout
