"""What is declared is what is used, and what is built holds what a user needs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from srm_lint import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MODULES = {
    "aws-sam-translator": "samtranslator",
    "google-re2": "re2",
    "jsonpath-ng": "jsonpath_ng",
    "cfn-lint": "cfnlint",
    "python-hcl2": "hcl2",
    "PyYAML": "yaml",
    "tree-sitter": "tree_sitter",
    "tree-sitter-hcl": "tree_sitter_hcl",
}
"""What is imported, where that is not the distribution's own name."""


def imported() -> Iterator[str]:
    for path in (ROOT / "srm_lint").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.split(".")[0]


def test_the_dependencies_are_what_is_imported() -> None:
    names = [requirement.split(">")[0] for requirement in PROJECT["dependencies"]]
    declared = {MODULES.get(name, name) for name in names}
    used = set(imported()) - set(sys.stdlib_module_names) - {"srm_lint"}
    assert used == declared


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_hook_takes_the_files_that_are_read() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    wanted = re.compile(hook["files"])
    files = ("main.tf", "a/main.tofu", "prod.auto.tfvars", "t.yaml", "t.yml", "t.json", "t.template")
    assert all(wanted.search(file) for file in files)
    assert not any(wanted.search(file) for file in ("README.md", "main.tf.bak", "tf", "main.py", "x.tfstate"))
    assert hook["require_serial"] is True
    assert "--allow-nothing" in hook["entry"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode and ("No matching distribution found" in run.stdout or "Could not find a version" in run.stdout):
        pytest.skip("the build backend cannot be installed here: no registry is reached")
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.mark.network
def test_the_wheel_holds_every_file_that_the_program_reads(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    files = {path for path in (ROOT / "srm_lint").rglob("*") if path.is_file() and path.suffix != ".pyc"}
    wanted = {path.relative_to(ROOT).as_posix() for path in files}
    wanted |= {f"srm_lint/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "policies").rglob("*.yaml")}
    assert wanted <= held
    packaged = {name for name in held if not name.startswith(f"srm_lint-{__version__}.dist-info/")}
    assert packaged <= wanted


@pytest.mark.network
def test_the_wheel_finds_its_own_policies(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from srm_lint.library import built_in; print(built_in())"
    # -P keeps the checkout, if it is the working directory, out of the way: https://docs.python.org/3/using/cmdline.html
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(run.stdout.strip()) == tmp_path / "srm_lint" / "policies"


@pytest.mark.network
def test_the_source_distribution_holds_what_its_tests_need(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        held = {name.partition("/")[2] for name in tar.getnames()}
    wanted = {"README.md", "LICENSE", "pyproject.toml", "CONTRIBUTING.md", ".pre-commit-hooks.yaml"}
    wanted |= {"fixtures/quickstart/expected.txt", "tests/test_packaging.py", "benchmarks/compare.py"}
    assert wanted <= held
