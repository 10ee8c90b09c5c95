"""docs/compatibility.md says what is so: each row about a construct has a case that srm-lint is run on, and each case
a row; what can be worked out is as it is worked out today.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from srm_lint.cli import main

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "compatibility.md").read_text("utf-8")
CASES: Mapping[str, Any] = yaml.safe_load((ROOT / "tests" / "compatibility_cases.yaml").read_text("utf-8"))
HOW = ("evaluated", "harmless", "unknown", "problem", "silent")
_ROW = re.compile(r'^\| <a id="([a-z0-9-]+)"></a>(.*?) \| (.*?) \| (.*) \|$', re.MULTILINE)


class Row(NamedTuple):
    """How the page says that something is read, and all that the row says."""

    how: str
    text: str


def row(what: str, how: str, says: str) -> Row:
    return Row(how if how in HOW else "differs", " ".join((what, how, says)).replace("`", ""))


NAMES = [found[1] for found in _ROW.finditer(PAGE)]
ROWS = {name: row(*cells) for name, *cells in _ROW.findall(PAGE)}


def test_every_row_has_a_case_and_every_case_a_row() -> None:
    assert sorted(NAMES) == sorted(CASES)


def test_the_last_columns_are_what_they_are_worked_out_to_be() -> None:
    command = [sys.executable, "tools/compatibility.py", "--check"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_links_within_the_page_lead_somewhere() -> None:
    titles = re.findall("^#+ (.*)", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= {*anchors, *ROWS}


@pytest.mark.parametrize("name", CASES)
def test_it_is_read_as_the_page_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    wanted, problems = case.get("told", {}), case.get("problems", [])
    assert ROWS[name].how == case["how"]
    assert bool(problems) == (case["how"] == "problem") or case["how"] == "differs"
    for said in quoted(case):
        assert said in ROWS[name].text

    write(tmp_path, case["files"])
    monkeypatch.chdir(tmp_path)
    for variable, value in case.get("environment", {}).items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as ended:
        main(["show", "--format", "json", *case.get("options", ())])
    document = json.loads(capsys.readouterr().out)

    facts = dict(facts_of(document))
    assert {key.partition(" ")[0] for key in wanted} - {"requires"} == {key for key in facts if " " not in key}
    assert {key: facts.get(key) for key in wanted} == wanted
    messages = [problem["message"] for problem in problems_of(document)]
    assert len(messages) == len(problems), messages
    assert all(any(part in message for message in messages) for part in problems), messages
    assert ended.value.code == (3 if problems else 0)


def quoted(case: Mapping[str, Any]) -> Iterator[str]:
    """What the page must quote of what a case tells."""
    if case["how"] == "problem":
        yield from (problem.replace("`", "") for problem in case["problems"])
    elif case["how"] == "unknown":
        yield next(reasons(list(case["told"].values())))


def reasons(value: object) -> Iterator[str]:
    """Why what is unknown in `value` is."""
    match value:
        case {"unknown": reason}:
            yield str(reason)
        case list():
            yield from (reason for item in value for reason in reasons(item))


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def problems_of(document: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    yield from document["problems"]
    for configuration in document["configurations"]:
        yield from configuration["problems"]


def facts_of(document: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """`address`: whether it exists; `address argument`: its value; `address provider.region`; `requires name`."""
    for configuration in document["configurations"]:
        variables = configuration["variable_set"]
        for each in configuration["requirements"]:
            yield f"requires {each['name']}", [each["source"], each["versions"], each["locked"]]
        for entity in configuration["entities"]:
            address = f"{entity['address']}@{variables}" if variables else entity["address"]
            yield address, plain(entity["exists"])
            for name, value in entity["attributes"].items():
                yield f"{address} {name}", plain(value)
            if entity["provider"] is not None:
                yield f"{address} provider.region", plain(entity["provider"]["region"])


def plain(value: Mapping[str, Any]) -> object:
    """A value as the cases write it."""
    match value:
        case {"sensitive": True}:
            return "(sensitive)"
        case {"type": "scalar", "value": data}:
            return data
        case {"type": "object", "members": members}:
            return {name: plain(member) for name, member in members.items()}
        case {"type": "list", "items": items}:
            return [plain(item) for item in items]
        case {"type": "unknown", "reason": reason, "candidates": []}:
            return {"unknown": reason}
        case {"type": "unknown", "reason": reason, "candidates": candidates}:
            return {"unknown": reason, "candidates": [plain(candidate) for candidate in candidates]}
    return None
