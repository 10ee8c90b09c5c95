"""The configuration file: where it is looked for, what may stand in it, and how mistakes are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from srm_lint.config import Config, Exclude, FailOn, RequiredTags, VariableSet, find_config, read_config
from srm_lint.marked import MarkedError
from srm_lint.model.policy import Severity


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(text: str) -> Config:
    Path(".srm-lint.yaml").write_text(text, "utf-8")
    return read_config(Path(".srm-lint.yaml"))


def test_every_key_is_read(place: Path) -> None:
    Path("house").mkdir()
    Path("prod.tfvars").touch()
    read = config(
        "select: [s3, high]\nignore: [kms-*]\nfail_on: medium\nstrict: true\npolicies: [house]\n"
        "var_files: [prod.tfvars]\nexclude: [legacy/]\nteams:\n  data: Data Platform\n"
        "required_tags: {tags: {Owner: , Stage: [dev, prod]}, except: [aws_iam_*]}\n"
    )
    assert read == Config(
        file=Path(".srm-lint.yaml"),
        select=("s3", "high"),
        ignore=("kms-*",),
        fail_on=FailOn.MEDIUM,
        strict=True,
        policies=(Path("house"),),
        var_files=(Path("prod.tfvars"),),
        exclude=Exclude(Path(), ("legacy/",)),
        teams={"data": "Data Platform"},
        required_tags=RequiredTags({"Owner": (), "Stage": ("dev", "prod")}, ("aws_iam_*",)),
    )


def test_what_is_left_out_is_as_without_a_file(place: Path) -> None:
    assert config("strict: false\n") == Config(file=Path(".srm-lint.yaml"))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("ignore: []\npolices: []\n", 2, 'did you mean "policies"?'),
        ("fail_on: hihg\n", 1, 'did you mean "high"?'),
        ("teams:\n  dta: x\n", 2, 'did you mean "data"?'),
        ("required_tags: Owner\n", 1, "expected"),
        ("required_tags:\n  tag: [Owner]\n", 2, 'did you mean "tags"?'),
        ("required_tags:\n  tags:\n    Owner: dev\n", 3, "expected a list"),
        ("select: s3\n", 1, "expected a list"),
        ("strict: 1\n", 1, "expected true or false"),
        ("\n\npolicies:\n  - nowhere\n", 4, "nowhere: does not exist"),
        ("policies: [.srm-lint.yaml]\n", 1, ".srm-lint.yaml: is not a folder"),
        ("var_files: [.]\n", 1, ".: is not a file"),
        ("select: [\n", 2, "is not YAML"),
        ("- a\n", 1, "expected a mapping"),
        ("ignore: [!!python/object/apply:os.system [ls]]\n", 1, "expected text"),
        ("strict: true\nstrict: true\n", 2, "twice"),
    ],
)
def test_a_mistake_is_told_with_its_line(place: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(MarkedError, match=r"^\.srm-lint\.yaml:") as told:
        config(text)
    assert told.value.span.line == line
    assert says in told.value.message


def test_the_nearest_file_up_to_the_root_of_the_repository_holds(place: Path) -> None:
    inner = place / "repo" / "env" / "prod"
    inner.mkdir(parents=True)
    (place / ".srm-lint.yaml").touch()
    assert find_config(inner) is None
    (place / "repo" / ".git").mkdir()
    assert find_config(inner) is None
    (place / "repo" / ".srm-lint.yaml").touch()
    assert find_config(inner) == place.resolve() / "repo" / ".srm-lint.yaml"
    (place / "repo" / "env" / ".srm-lint.yaml").touch()
    assert find_config(inner) == place.resolve() / "repo" / "env" / ".srm-lint.yaml"


@pytest.mark.parametrize(
    ("fail_on", "counted"), [("critical", 1), ("high", 2), ("medium", 3), ("low", 4), ("never", 0)]
)
def test_fail_on_counts_that_severity_and_what_is_worse(fail_on: str, counted: int) -> None:
    assert sum(FailOn(fail_on).includes(severity) for severity in Severity) == counted


def test_variable_sets_are_lists_of_files_or_say_more(place: Path) -> None:
    Path("prod.tfvars").touch()
    Path("app").mkdir()
    read = config("workspace: shared\nvariable_sets:\n  prod: [prod.tfvars]\n  dev: {workspace: dev, roots: [app]}\n")
    assert read.workspace == "shared"
    assert read.variable_sets == (
        VariableSet("prod", (Path("prod.tfvars"),)),
        VariableSet("dev", (), "dev", (Path("app"),)),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("variable_sets: {prod: [nowhere.tfvars]}", "nowhere.tfvars: does not exist"),
        ("variable_sets: {prod: {files: []}}", '"files" is not known here; did you mean "var_files"?'),
        ("variable_sets: {prod: {roots: [.srm-lint.yaml]}}", ".srm-lint.yaml: is not a folder"),
        ("variable_sets: [prod]", "expected a mapping"),
        ("variable_sets: {prod: 1}", "expected a list"),
        ("workspace: [a]", "expected text"),
    ],
)
def test_wrong_variable_sets_are_told(place: Path, text: str, message: str) -> None:
    with pytest.raises(MarkedError, match=re.escape(message)):
        config(text + "\n")


def test_parameter_files_are_a_list_or_have_names(place: Path) -> None:
    for name in ("a.json", "b.json"):
        Path(name).touch()
    assert config("parameters: [a.json]\n").parameters == (("", Path("a.json")),)
    assert config("parameters: [a.json, b.json]\n").parameters == (
        ("a.json", Path("a.json")),
        ("b.json", Path("b.json")),
    )
    assert config("parameters: {prod: a.json}\n").parameters == (("prod", Path("a.json")),)
    with pytest.raises(MarkedError, match=r"nowhere\.json: does not exist"):
        config("parameters: {prod: nowhere.json}\n")


def test_required_tags_may_be_a_list_of_names(place: Path) -> None:
    expected = RequiredTags({"Owner": (), "Stage": ()})
    assert config("required_tags: [Owner, Stage]\n").required_tags == expected
    assert config("required_tags: {tags: [Owner, Stage]}\n").required_tags == expected
