"""The benchmark program: it runs what it says, in pairs, and without Checkov too."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def compare() -> ModuleType:
    specification = importlib.util.spec_from_file_location("compare", ROOT / "benchmarks" / "compare.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_run_tells_time_memory_and_exit_code(compare: ModuleType) -> None:
    code = "import time, sys; hold = b'x' * 50_000_000; time.sleep(0.2); sys.exit(3)"
    run = compare.measure([sys.executable, "-c", code])
    assert run.code == 3
    assert 0.2 <= run.seconds < 20
    assert 50 < run.megabytes < 500


def test_pairs_are_compared_on_the_same_target(
    compare: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    checkov = tmp_path / "checkov"
    checkov.write_text(f'#!/bin/sh\necho "$@" >> {log}\nsleep 0.1\n', "utf-8")
    checkov.chmod(0o755)
    folder, file = tmp_path / "module", tmp_path / "module" / "main.tf"
    folder.mkdir()
    file.write_text("", "utf-8")
    assert compare.main([str(folder), "--file", str(file), "--repeat", "1", "--checkov", str(checkov)]) == 0
    calls = log.read_text("utf-8").splitlines()
    assert [call.split()[:2] for call in calls] == [["-d", str(folder)]] * 2 + [["-f", str(file)]] * 2
    told = capsys.readouterr().out
    assert told.count("times faster") == 2


def test_templates_are_measured_alone(compare: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    for name in ("checkov", "cfn-lint"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "{name} $@" >> {log}\n', "utf-8")
        program.chmod(0o755)
    folder = tmp_path / "stacks"
    folder.mkdir()
    (folder / "a.yaml").write_text("Resources:\n  A: {Type: AWS::X::Y}\n", "utf-8")
    (folder / "b.yaml").write_text("no: template\n", "utf-8")
    (folder / "main.tf").write_text("", "utf-8")
    others = ["--checkov", str(tmp_path / "checkov"), "--cfn-lint", str(tmp_path / "cfn-lint")]
    assert compare.main(["--templates", str(folder), "--repeat", "1", *others]) == 0
    told = capsys.readouterr().out
    assert f"{folder} (1 templates)" in told
    assert told.count("srm-lint is") == told.count("reading is") == 2
    calls = log.read_text("utf-8").splitlines()
    assert [call.rpartition("/")[2] for call in calls if call.startswith("cfn-lint")] == ["00000-a.yaml"] * 2
    assert all("terraform" not in call for call in calls)


def test_it_works_without_checkov(compare: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.main([str(tmp_path), "--alone", "--repeat", "1"]) == 0
    told = capsys.readouterr().out
    assert "checkov is not measured" in told
    assert "exit 4" in told


def test_a_wrong_call_is_told(compare: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        compare.main(["nowhere"])
    assert "there is no nowhere" in capsys.readouterr().err
