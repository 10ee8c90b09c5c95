"""Discovery: what is found, in which order, what is passed over; git itself is the oracle for .gitignore."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srm_lint.config import Exclude
from srm_lint.discover import Target, discover
from srm_lint.discover.gitignore import parse, verdict


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*paths: str, text: str = "") -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, "utf-8")


def one(*paths: str, exclude: Exclude | None = None) -> Target:
    (target,) = discover([Path(path) for path in paths], exclude)
    return target


def terraform(target: Target) -> list[str]:
    return [path.as_posix() for path in target.terraform]


def templates(target: Target) -> list[str]:
    return [path.as_posix() for path in target.templates]


def test_folders_of_terraform_and_possible_templates_are_found_in_order(place: Path) -> None:
    write(
        "b/main.tf",
        "b/z.yaml",
        "a/deep/x.tofu",
        "a/t.json",
        "a/t.template",
        "c/only.tfvars",
        "d/notes.md",
        "d/x.tf.bak",
    )
    found = one(".")
    assert terraform(found) == ["a/deep", "b"]
    assert templates(found) == ["a/t.json", "a/t.template", "b/z.yaml"]
    assert (found.only, found.problems) == (frozenset(), ())
    assert found.tree.root == place.resolve()


def test_hidden_folders_are_walked_and_those_of_tools_are_not(place: Path) -> None:
    write(".github/stack.yml", ".terraform/modules/m/main.tf", "node_modules/p/package.json", ".git/config.yaml")
    write("env/.terraform/x.tf", ".venv/a.json", "a/__pycache__/x.yaml", "a/main.tf")
    found = one(".")
    assert (terraform(found), templates(found)) == (["a"], [".github/stack.yml"])


def test_a_tools_folder_is_walked_when_it_is_asked_for(place: Path) -> None:
    write(".terraform/modules/m/main.tf")
    assert terraform(one(".terraform")) == [".terraform/modules/m"]


def test_reading_is_confined_to_the_repository_that_holds_the_path(place: Path) -> None:
    write("repo/.git/HEAD", "repo/env/prod/main.tf", "loose/main.tf")
    assert one("repo/env/prod").tree.root == (place / "repo").resolve()
    assert one("loose").tree.root == (place / "loose").resolve()
    assert [target.tree.root.name for target in discover([Path("loose"), Path("repo/env")])] == ["loose", "repo"]


def test_a_path_inside_another_that_is_asked_for_shares_its_tree_and_counts_once(place: Path) -> None:
    write("a/main.tf", "a/b/main.tf", "a/b/t.yaml")
    found = one("a/b", "a", "./a")
    assert (terraform(found), templates(found)) == (["a", "a/b"], ["a/b/t.yaml"])
    assert found.tree.root == (place / "a").resolve()


def test_files_asked_for_by_name_restrict_what_is_reported(place: Path) -> None:
    write(".git/HEAD", "m/main.tf", "m/vars.tfvars", "t/stack.yaml", "t/more.yaml", "odd.cfn")
    found = one("m/main.tf", "m/vars.tfvars", "t/stack.yaml", "odd.cfn")
    assert (terraform(found), templates(found)) == (["m"], ["odd.cfn", "t/stack.yaml"])
    assert found.only == {"m/main.tf", "m/vars.tfvars", "t/stack.yaml", "odd.cfn"}


def test_a_named_file_in_a_folder_that_is_asked_for_too_restricts_nothing(place: Path) -> None:
    write(".git/HEAD", "m/main.tf", "n/main.tf", "m/t.yaml")
    whole, named = discover([Path("m/main.tf"), Path("m"), Path("n/main.tf"), Path("m/t.yaml")])
    assert (terraform(whole), templates(whole), whole.only) == (["m"], ["m/t.yaml"], frozenset())
    assert (terraform(named), templates(named)) == (["n"], [])


def test_a_path_that_is_not_there_is_a_problem(place: Path) -> None:
    (problem,) = one("nowhere/main.tf").problems
    assert (problem.kind, problem.message, problem.span.source) == ("unreadable", "does not exist", "nowhere/main.tf")


def test_files_in_json_syntax_make_a_module_too(place: Path) -> None:
    write("a/main.tf.json", "b/main.tofu.json", "c/vars.tfvars.json", "d/package.json")
    found = one(".")
    assert (terraform(found), templates(found), found.problems) == (["a", "b"], ["d/package.json"], ())
    named = one("a/main.tf.json")
    assert (terraform(named), named.only) == (["a"], frozenset({"a/main.tf.json"}))


PLAN = '{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{}}'


def test_plans_are_told_from_other_json_by_what_they_hold(place: Path) -> None:
    write("a/plan.json", "a/plan.yaml", text=PLAN)
    write("a/sorted.json", text='\n { "planned_values": {}, "format_version": "1.2" }')
    write("a/other.json", text='{"format_version": 1}')
    found = one(".")
    assert [path.as_posix() for path in found.plans] == ["a/plan.json", "a/sorted.json"]
    assert templates(found) == ["a/other.json", "a/plan.yaml"]


def test_a_plan_may_have_any_name_when_it_is_asked_for(place: Path) -> None:
    write("planned", text=PLAN)
    found = one("planned")
    assert ([path.as_posix() for path in found.plans], templates(found), found.only) == (
        ["planned"],
        [],
        frozenset({"planned"}),
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 26 + b"tfplan", "binary form"),
        (b'{"@level":"info","@message":"Terraform 1.11.4"}\n', "the log of `terraform plan -json`"),
        (b'{"terraform_version": "1.9", "serial": 1, "lineage": "x"}', "a state file"),
    ],
)
def test_what_terraform_writes_otherwise_is_told_when_it_is_asked_for(place: Path, data: bytes, words: str) -> None:
    Path("x.json").write_bytes(data)
    named, walked = one("x.json"), one(".")
    assert [(problem.kind, words in problem.message) for problem in named.problems] == [("unsupported", True)]
    assert (named.plans, named.templates) == ((), ())
    assert (walked.problems, templates(walked)) == ((), ["x.json"])


def test_a_folder_that_cannot_be_walked_is_a_problem(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a/main.tf", "b/main.tf")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("a"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = one(".")
    assert [(problem.message, problem.span.source) for problem in found.problems] == [
        ("cannot be walked: Permission denied", "a")
    ]
    assert terraform(found) == ["b"]


def test_links_are_followed_inside_the_tree_only_and_never_in_circles(place: Path) -> None:
    write("outside/secret.yaml", "outside/main.tf", "repo/.git/HEAD", "repo/shared/t.yaml", "repo/env/main.tf")
    os.symlink("../../outside", "repo/env/out")
    os.symlink("../../outside/secret.yaml", "repo/env/secret.yaml")
    os.symlink("..", "repo/env/up")
    os.symlink("loop", "repo/env/loop")
    os.symlink("nowhere.yaml", "repo/env/broken.yaml")
    os.symlink("../shared", "repo/env/shared")
    found = one("repo/env")
    assert (terraform(found), templates(found)) == (["repo/env"], ["repo/env/shared/t.yaml"])
    assert found.problems == ()


def test_what_links_lead_to_is_shown_where_it_really_is(place: Path) -> None:
    write("z/t.yaml", "z/main.tf")
    os.symlink("z", "a")
    os.symlink("z/t.yaml", "b.yaml")
    found = one(".")
    assert terraform(found) == ["z"]
    assert len(found.templates) == 1


def test_a_module_of_linked_files_is_left_to_the_reader(place: Path) -> None:
    write("outside/main.tf", "repo/.git/HEAD")
    os.symlink("../outside/main.tf", "repo/main.tf")
    assert terraform(one("repo")) == ["repo"]


def test_a_module_whose_link_leads_to_itself_is_left_to_the_reader(place: Path) -> None:
    write("repo/.git/HEAD")
    os.symlink("x.tf", "repo/x.tf")
    assert terraform(one("repo")) == ["repo"]


def test_what_is_no_file_is_passed_over(place: Path) -> None:
    os.mkfifo("pipe.yaml")
    write("dir.yaml/main.tf")
    found = one(".")
    assert (terraform(found), templates(found)) == (["dir.yaml"], [])


def test_gitignore_holds_at_every_level_above_too_and_can_be_taken_back(place: Path) -> None:
    write(
        ".git/HEAD",
        "env/a/main.tf",
        "env/b/main.tf",
        "env/b/keep.yaml",
        "env/b/drop.yaml",
        "build/x.tf",
        "env/tmp/x.tf",
    )
    write(".gitignore", text="build/\n*.yaml\ntmp\n")
    write("env/.gitignore", text="/a\n!keep.yaml\n# a comment\n\n")
    found = one("env")
    assert (terraform(found), templates(found)) == (["env/b"], ["env/b/keep.yaml"])


def test_an_ignored_folder_or_file_is_read_when_it_is_asked_for(place: Path) -> None:
    write(".git/HEAD", "build/x.tf", "build/t.yaml", "build/tmp/t.yaml")
    write(".gitignore", text="build/\n")
    write("build/.gitignore", text="tmp\n")
    assert templates(one("build")) == ["build/t.yaml"]
    assert templates(one("build/t.yaml")) == ["build/t.yaml"]


def test_a_gitignore_that_is_not_text_is_a_problem_and_a_bad_line_is_not(place: Path) -> None:
    write("a/main.tf", "b/x.yaml")
    Path(".gitignore").write_bytes(b"\xff\xfe*\n")
    write("b/.gitignore", text="!\n*.yaml\n")
    found = one(".")
    assert [problem.span.source for problem in found.problems] == [".gitignore"]
    assert (terraform(found), templates(found)) == (["a"], [])


def test_exclude_holds_for_folders_and_for_named_files_from_its_own_folder(place: Path) -> None:
    write(".git/HEAD", "a/legacy/main.tf", "a/main.tf", "a/x.yaml", "legacy/main.tf", "a/sub/legacy/t.yaml")
    exclude = Exclude(Path("a"), ("/legacy/", "x.yaml"))
    assert terraform(one(".", exclude=exclude)) == ["a", "legacy"]
    named = one("a/legacy/main.tf", "a/x.yaml", "a/sub/legacy/t.yaml", exclude=exclude)
    assert (terraform(named), templates(named)) == ([], ["a/sub/legacy/t.yaml"])
    assert terraform(one("a/legacy", exclude=exclude)) == []


def test_deep_nesting_ends_well(place: Path, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: subprocess.run(["rm", "-rf", str(place / "d")], check=True))
    folder = place
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    write("main.tf")
    found = one(".")
    assert terraform(found) == ["."]
    assert all(problem.kind == "unreadable" for problem in found.problems)


NAMES = ["a", "b", "cc", "x.yaml", "y.yaml", "z.json"]
PIECES = st.sampled_from(
    [
        "a",
        "b",
        "cc",
        "*",
        "**",
        "x.yaml",
        "*.yaml",
        "?",
        "[ab]",
        "[!a]",
        "[[:alpha:]]",
        "[^]b-d]*",
        "***",
        "a*c?*",
        "c*",
        "x.y?ml ",
        "\\a",
        "z.js*",
    ]
)
PATTERNS = st.builds(
    lambda bang, front, pieces, back: ("!" if bang else "") + front + "/".join(pieces) + back,
    st.booleans(),
    st.sampled_from(["", "/"]),
    st.lists(PIECES, min_size=1, max_size=3),
    st.sampled_from(["", "/"]),
)


@pytest.mark.parametrize(
    ("pattern", "path", "folder", "expected"),
    [
        ("logs/**", "logs", True, None),
        ("logs/**", "logs/a", False, True),
        ("!logs", "logs", True, False),
        ("logs/", "logs", False, None),
        ("/logs", "a/logs", True, None),
        ("**/logs", "a/b/logs", True, True),
        ("a/**/b", "a/b", False, True),
        ("a/**/b", "a/x/y/b", False, True),
        ("\\#x", "#x", False, True),
        ("\\!x", "!x", False, True),
        ("# x", "# x", False, None),
        ("x\\ ", "x ", False, True),
        ("x  ", "x", False, True),
        ("x\r", "x", False, True),
        ("[a-c]?[!x]*", "b0y.tf", False, True),
        ("[a-c]?[!x]*", "b0x.tf", False, None),
        ("[]-]", "-", False, True),
        ("[[:digit:][:upper:]]", "7", False, True),
        ("[[:nonsense:]]", "n", False, None),
        ("[open", "[open", False, None),
        ("end\\", "end\\", False, None),
        ("", "", True, None),
    ],
)
def test_patterns_mean_what_the_manual_says(pattern: str, path: str, folder: bool, expected: bool | None) -> None:
    assert verdict(parse([pattern]), path, folder=folder) is expected


def test_a_hostile_pattern_is_not_slow() -> None:
    started = time.perf_counter()
    assert verdict(parse(["a*" * 100 + "b", "**/a/" * 100 + "b"]), "a" * 250, folder=False) is None
    assert verdict(parse(["**/a/" * 100 + "b"]), "a/" * 2000 + "c", folder=False) is None
    assert time.perf_counter() - started < 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(top=st.lists(PATTERNS, max_size=5), below=st.lists(PATTERNS, max_size=3))
def test_gitignore_means_what_git_says_it_means(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], below: list[str]
) -> None:
    place = tmp_path_factory.mktemp("git")
    for outer in ("a", "b", "cc", "."):
        for inner in ("a", "b", "cc", "."):
            for name in NAMES[3:]:
                file = place / outer / inner / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("", "utf-8")
    (place / ".gitignore").write_text("\n".join(top), "utf-8")
    (place / "a" / ".gitignore").write_text("\n".join(below), "utf-8")
    git = ["git", "-C", str(place), "-c", "core.excludesFile=/dev/null"]
    subprocess.run([*git, "init", "-q"], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "-o", "--exclude-standard"], capture_output=True, text=True, check=True
    ).stdout
    expected = sorted(line for line in listed.splitlines() if not line.endswith(".gitignore"))
    (found,) = discover([place])
    assert sorted(path.relative_to(place).as_posix() for path in found.templates) == expected
