"""The benchmark of growth: its roots hold what they say, and its figures mean what they say."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def scaling(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("scaling")


@pytest.mark.parametrize("resources", [0, 1, 40])
def test_a_root_holds_as_many_resources_as_it_says(scaling: ModuleType, tmp_path: Path, resources: int) -> None:
    written = scaling.write_root(tmp_path, resources)
    assert resources <= written < resources + scaling.BATCH + 1
    assert scaling.read_ours(tmp_path) == written


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_nested_modules_hold_as_many_resources_as_they_say(scaling: ModuleType, tmp_path: Path, depth: int) -> None:
    written = scaling.write_nested(tmp_path, depth)
    assert len([*tmp_path.rglob("main.tf")]) == depth + 1
    assert scaling.read_ours(tmp_path) == written


def test_generated_roots_have_no_problems(scaling: ModuleType, tmp_path: Path) -> None:
    from srm_lint.model.source import Tree
    from srm_lint.read.terraform import read

    scaling.write_root(tmp_path / "root", 20)
    scaling.write_nested(tmp_path / "nested", 3)
    for folder in tmp_path.iterdir():
        (configuration,) = read([folder], Tree(folder))
        assert configuration.problems == ()


def test_a_reader_that_misses_a_resource_is_told_of(scaling: ModuleType, tmp_path: Path) -> None:
    written = scaling.write_root(tmp_path, 20)
    commands = scaling.commands_for(tmp_path, written + 1, [sys.executable])
    assert set(commands) >= {"reader", "check"}
    assert commands["reader"][2:] == ["--run", "reader", str(tmp_path), str(written + 1)]
    assert scaling.main(commands["reader"][2:]) == 1
    assert scaling.main(["--run", "reader", str(tmp_path), str(written)]) == 0


def test_growth_is_an_exponent_above_what_an_empty_root_costs(scaling: ModuleType) -> None:
    def cost(seconds: float) -> object:
        return scaling.Cost(seconds, 1, 0)

    assert scaling.growth(cost(1), (100, cost(2)), (1_000, cost(11))) == pytest.approx(1)
    assert scaling.growth(cost(1), (100, cost(2)), (1_000, cost(101))) == pytest.approx(2)


def test_rows_show_the_ratio_to_tfparse(scaling: ModuleType) -> None:
    costs = {"reader": scaling.Cost(3.0, 100, 0), "tfparse": scaling.Cost(2.0, 200, 0)}
    ours, theirs = scaling.rows("some root", costs)
    assert ours.endswith("1.5 x tfparse")
    assert theirs.endswith("1.0 x tfparse")
    (alone,) = scaling.rows("some root", {"reader": costs["reader"]})
    assert "tfparse" not in alone
