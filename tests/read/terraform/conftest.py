"""A module written into a folder, read, and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from terraform_reading import Read

from srm_lint.model.source import Tree
from srm_lint.model.value import Value
from srm_lint.read.terraform import Inputs, read

Reader = Callable[..., Read]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Writes the given files (`main.tf`, if one text is given) and reads the only root that they make."""
    monkeypatch.chdir(tmp_path)

    def go(files: str | Mapping[str, str], **variables: str) -> Read:
        for name, text in ({"main.tf": files} if isinstance(files, str) else files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        (configuration,) = read([tmp_path], Tree(tmp_path), Inputs(variables=variables))
        return Read(configuration)

    return go


@pytest.fixture
def expression(module: Reader) -> Callable[..., Value]:
    """What an expression is worth; a problem in it is raised."""

    def go(text: str, rest: str = "", *, problems: bool = False) -> Value:
        found = module(f'resource "t" "n" {{\n  x = {text}\n}}\n{rest}')
        if not problems:
            assert found.problems == []
        return found.value("t.n", "x")

    return go
