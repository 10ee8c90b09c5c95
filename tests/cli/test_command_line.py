"""The command line as users meet it: exit codes, outputs, mistakes, and ends that are not normal."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from srm_lint import __version__

PUBLIC = """resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
    description = "administration"
  }
}
"""
CLOSED = PUBLIC.replace("0.0.0.0/0", "10.0.0.0/8")
BROKEN = "locals {\n  a = \n}\n"
OPEN = 'variable "ranges" {\n  type = list(string)\n}\n' + PUBLIC.replace('["0.0.0.0/0"]', "var.ranges")
SSH = "security-group-closes-ssh-to-the-internet"


Run = Callable[..., Any]


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


def test_version_and_help_tell_what_there_is(run: Run) -> None:
    assert run("--version").out == run("-V").out == f"srm-lint {__version__}\n"
    told = run("--help")
    assert told.code == 0
    assert all(name in told.out for name in ("check", "show", "explain", "policies", "Exit codes:\n"))
    assert run().code == 2


@pytest.mark.parametrize(
    "command", ["check", "show", "explain", "policies", "policies list", "policies test", "policies docs"]
)
def test_each_command_has_help_with_examples(run: Run, command: str) -> None:
    told = run(*command.split(), "--help")
    assert told.code == 0
    assert "Examples:\n" in told.out or command == "policies"


def test_findings_give_1_and_none_give_0(run: Run) -> None:
    write("main.tf", PUBLIC)
    failed = run("check")
    assert (failed.code, failed.err) == (1, "")
    assert f"fail[{SSH}]" in failed.out
    assert "main.tf:6:20" in failed.out
    write("main.tf", CLOSED)
    assert run("check").code == 0


def test_problems_give_3_and_findings_stand_before_them(run: Run) -> None:
    write("a/main.tf", BROKEN)
    assert run("check").code == 3
    write("b/main.tf", PUBLIC)
    both = run("check")
    assert both.code == 1
    assert "problem[syntax]" in both.out


def test_a_missing_path_gives_3_and_stands_before_nothing(run: Run) -> None:
    Path("empty").mkdir()
    told = run("check", "nowhere", "empty")
    assert told.code == 3
    assert "does not exist" in told.out


@pytest.mark.parametrize("what", ["empty", "empty/notes.md", "empty/data.json"])
def test_nothing_to_check_gives_4_unless_it_is_allowed(run: Run, what: str) -> None:
    write("empty/notes.md", "# notes")
    write("empty/data.json", '{"a": 1}')
    write("full/main.tf", CLOSED)
    told = run("check", "full", what)
    assert told.code == 4
    assert told.err.startswith(f"srm-lint: {what}: nothing to check")
    assert "full" not in told.err
    allowed = run("check", what, "--allow-nothing")
    assert (allowed.code, allowed.err) == (0, "")


def test_findings_stand_before_nothing(run: Run) -> None:
    Path("empty").mkdir()
    write("full/main.tf", PUBLIC)
    assert run("check", "empty", "full").code == 1


@pytest.mark.parametrize(("fail_on", "code"), [("critical", 0), ("high", 1), ("medium", 1), ("low", 1), ("never", 0)])
def test_fail_on_sets_the_least_severity(run: Run, fail_on: str, code: int) -> None:
    write("main.tf", PUBLIC)
    told = run("check", "--fail-on", fail_on)
    assert told.code == code
    assert SSH in told.out


def test_strict_fails_unknown_outcomes_and_shows_them(run: Run) -> None:
    write("main.tf", OPEN)
    assert run("check").code == 0
    strict = run("check", "--strict")
    assert strict.code == 1
    assert f"unknown[{SSH}]" in strict.out
    assert run("check", "--strict", "--fail-on", "never").code == 0


def test_strict_fails_passes_that_rest_on_a_provider_default(run: Run) -> None:
    write("main.tf", 'resource "aws_s3_bucket" "b" {}\n')
    only = ("--select", "s3-bucket-acl-is-private")
    assert run("check", *only).code == 0
    assert run("check", *only, "--strict").code == 1


def test_an_ignored_finding_does_not_fail(run: Run) -> None:
    write("main.tf", f"# srm-lint: ignore[{SSH}] a honeypot\n{PUBLIC}")
    told = run("check", "--show", "ignored", "--strict", "--select", SSH)
    assert told.code == 0
    assert "a honeypot" in told.out


def test_select_and_ignore_choose_policies(run: Run) -> None:
    write("main.tf", PUBLIC)
    assert run("check", "--select", "s3,kms").code == 0
    assert run("check", "--select", "high").code == 1
    assert run("check", "--select", "security-group-*", "--ignore", SSH).code == 0


def test_a_word_that_chooses_nothing_is_refused(run: Run) -> None:
    write("main.tf", PUBLIC)
    told = run("check", "--select", "security-group-closes-ssh")
    assert told.code == 2
    assert f'did you mean "{SSH}"?' in told.err
    assert run("check", "--ignore", "hihg").code == 2
    assert run("check", "--select", ",").code == 2


def test_variables_come_from_options(run: Run) -> None:
    write("main.tf", OPEN)
    assert run("check", "--var", 'ranges=["0.0.0.0/0"]').code == 1
    assert run("check", "--var", 'ranges=["10.0.0.0/8"]').code == 0
    write("prod.tfvars", 'ranges = ["0.0.0.0/0"]\n')
    assert run("check", "--var-file", "prod.tfvars").code == 1
    assert run("check", "--var", "ranges").code == 2
    assert run("check", "--var-file", "nowhere.tfvars").code == 2


def test_a_named_file_restricts_what_is_reported(run: Run) -> None:
    write("main.tf", PUBLIC)
    write("other.tf", PUBLIC.replace("web", "admin"))
    told = json.loads(run("check", "other.tf", "--format", "json").out)
    assert {finding["resource"]["address"] for finding in told["findings"]} == {"aws_security_group.admin"}


def test_reports_go_to_standard_output_and_to_files(run: Run) -> None:
    write("main.tf", PUBLIC)
    told = run("check", "--format", "json", "-f", "sarif=out/report.sarif", "-f", "text=report.txt")
    assert json.loads(told.out)["schema_version"] == "1"
    assert json.loads(Path("out/report.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert SSH in Path("report.txt").read_text("utf-8")
    assert run("check", "-f", "json=only.json").out == ""


def test_quiet_writes_files_only(run: Run) -> None:
    write("main.tf", PUBLIC)
    told = run("check", "--quiet", "-f", "text", "-f", "json=report.json")
    assert (told.code, told.out, told.err) == (1, "", "")
    assert Path("report.json").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["chekc"], 'did you mean "check"?'),
        (["check", "--formt", "json"], "--format"),
        (["check", "--format", "jsno"], 'did you mean "json"?'),
        (["check", "--format", "json="], "names no file"),
        (["check", "-f", "json", "-f", "text"], "only one report"),
        (["check", "--fail-on", "hig"], "high"),
        (["check", "--policies", "nowhere"], "nowhere"),
        (["check", "--config", "nowhere"], "nowhere"),
        (["check", ""], "empty PATH"),
        (["explain", "s3-bucket-blocks-publik-access"], 'did you mean "s3-bucket-blocks-public-access"?'),
        (["policies", "tset"], "test"),
    ],
)
def test_a_wrong_call_gives_2_and_says_what_was_meant(run: Run, arguments: list[str], says: str) -> None:
    told = run(*arguments)
    assert (told.code, told.out) == (2, "")
    assert says in told.err


def test_a_report_that_cannot_be_written_gives_2(run: Run) -> None:
    write("main.tf", PUBLIC)
    Path("folder").mkdir()
    told = run("check", "-f", "json=folder")
    assert told.code == 2
    assert told.err.startswith("srm-lint: folder: cannot be written")


def test_the_configuration_counts_and_options_stand_above_it(run: Run) -> None:
    write("infra/main.tf", PUBLIC)
    write("legacy/main.tf", PUBLIC)
    write(".srm-lint.yaml", "fail_on: critical\nexclude: [legacy/]\nteams: {network: Net Ops}\n")
    told = run("check")
    assert told.code == 0
    assert "Net Ops" in told.out
    assert "legacy" not in told.out
    assert run("check", "--fail-on", "low").code == 1
    assert run("check", "legacy").code == 4
    write("other.yaml", "select: [s3]\n")
    assert run("check", "--config", "other.yaml").code == 0


def test_a_mistake_in_the_configuration_gives_2_with_its_line(run: Run) -> None:
    write("main.tf", PUBLIC)
    write(".srm-lint.yaml", "fail_on: high\npolices: []\n")
    told = run("check")
    assert told.code == 2
    assert told.err == 'srm-lint: .srm-lint.yaml:2:1: "polices" is not known here; did you mean "policies"?\n'


def test_a_mistake_in_a_users_policy_gives_2_with_its_line(run: Run) -> None:
    write("main.tf", PUBLIC)
    write("house/mine.yaml", "id: mine\n")
    told = run("check", "--policies", "house")
    assert told.code == 2
    assert told.err.startswith("srm-lint: house/mine.yaml:1:1: ")


def test_an_internal_error_is_one_line_unless_it_is_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("main.tf", PUBLIC)

    def broken(*_: object) -> None:
        raise LookupError("a\nb")

    monkeypatch.setattr("srm_lint.run.check", broken)
    told = run("check")
    assert told.code == 3
    assert told.err.startswith("srm-lint: internal error: LookupError: a b (test_command_line.py:")
    assert told.err.count("\n") == 1
    monkeypatch.setenv("SRM_LINT_DEBUG", "1")
    assert "Traceback" in run("check").err


def test_an_interrupt_ends_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("main.tf", PUBLIC)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("srm_lint.run.check", interrupted)
    told = run("check")
    assert (told.code, told.err) == (130, "\nsrm-lint: interrupted\n")


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "srm_lint", *arguments], capture_output=True, env=os.environ | environment, check=False
    )


def test_a_real_interrupt_ends_without_a_traceback(place: Path) -> None:
    os.mkfifo("pipe")
    code = (
        "import srm_lint.run as run; run.check = lambda request: open('pipe').read();"
        "from srm_lint.cli import main; main(['check'])"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in error


def test_a_reader_that_hangs_up_ends_it_without_a_traceback(place: Path) -> None:
    write("main.tf", "".join(PUBLIC.replace("web", f"web{number}") for number in range(200)))
    process = subprocess.Popen(
        [sys.executable, "-m", "srm_lint", "check"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert error == b""


HOSTILE = "x\n::error::y\x1b[2J"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", HOSTILE],
        ["check", "--select", HOSTILE],
        ["check", "-f", f"json={HOSTILE}"],
        ["check", "-f", HOSTILE],
        [HOSTILE],
    ],
    ids=["path", "policy", "file", "format", "command"],
)
def test_names_cannot_steer_the_terminal(place: Path, run: Run, arguments: list[str]) -> None:
    Path(HOSTILE).mkdir()
    told = run(*arguments)
    assert told.code in (2, 4)
    assert r"x\n::error::y\x1b[2J" in told.err
    assert "\x1b" not in told.err + told.out


def test_a_link_to_itself_is_a_problem_that_names_it(place: Path, run: Run) -> None:
    os.symlink("x.tf", "x.tf")
    told = run("check")
    assert told.code == 3
    assert "problem[unreadable] cannot be read" in told.out
    assert "--> x.tf:1:1" in told.out


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_full_disk_is_told_in_one_line(place: Path, format_: str) -> None:
    write("main.tf", CLOSED)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "srm_lint", "check", "--format", format_],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"srm-lint: the report cannot be written to standard output: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&-"])
def test_a_closed_stream_changes_nothing_else(place: Path, closed: str) -> None:
    write("main.tf", PUBLIC)
    command = f'"{sys.executable}" -m srm_lint check {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"error" not in done.stderr


def test_a_terminal_that_lacks_a_character_gets_it_written_out(place: Path) -> None:
    write("main.tf", PUBLIC.replace("[", "[ /* ключ */ "))
    told = program("check", PYTHONIOENCODING="ascii")
    assert told.returncode == 1
    assert b"\\u043a" in told.stdout
    assert json.loads(program("check", "-f", "json", PYTHONIOENCODING="ascii").stdout)["findings"]


def on_terminal(*arguments: str, **environment: str) -> str:
    """What a user at a terminal sees."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm", **environment})
        os.execv(sys.executable, [sys.executable, "-m", "srm_lint", *arguments])
    seen = b""
    while True:
        try:
            data = os.read(descriptor, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    os.close(descriptor)
    os.waitpid(pid, 0)
    return seen.decode("utf-8")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forking is what a terminal needs
def test_colour_and_progress_show_on_a_terminal_only(run: Run) -> None:
    write("main.tf", PUBLIC)
    assert "\x1b[1;31m" in on_terminal("check")
    assert "reading and judging" in on_terminal("check")
    assert "reading and judging" not in on_terminal("check", "--no-progress")
    assert "\x1b[1;31m" not in on_terminal("check", NO_COLOR="1")
    assert "\x1b[1;31m" not in on_terminal("check", "--no-color")
    assert "\x1b[1;31m" not in on_terminal("check", TERM="dumb")
    assert "\x1b" not in run("check").out
    assert "\x1b[1;31m" in run("check", "--color").out


def test_show_prints_the_inventory(run: Run) -> None:
    write("main.tf", OPEN)
    told = run("show")
    assert told.code == 0
    assert "vpc.security_group" in told.out
    assert "var.ranges has no value" in told.out
    document = json.loads(run("show", "main.tf", "--format", "json").out)
    assert document["configurations"][0]["entities"][0]["address"] == "aws_security_group.web"
    assert run("show", "nowhere").code == 3
    Path("empty").mkdir()
    assert run("show", "empty").code == 4


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (SSH, "Security group closes SSH"),
        ("s3", "Whose side of the line:"),
        ("s3/public-access", "Keep all four Block Public Access settings on"),
        ("public-access", "an item of Amazon S3"),
        ("s3.bucket", "AWS::S3::Bucket"),
        ("aws_s3_bucket", "$.public_access_block.block_public_acls"),
        ("AWS::S3::Bucket", "s3-bucket-blocks-public-access"),
    ],
)
def test_explain_knows_policies_services_items_kinds_and_types(run: Run, name: str, says: str) -> None:
    told = run("explain", name)
    assert told.code == 0
    assert says in told.out


def test_policies_are_listed_by_selection(run: Run) -> None:
    told = run("policies", "list", "--select", "vpc", "--ignore", "critical")
    assert told.code == 0
    assert SSH in told.out
    assert "s3-bucket" not in told.out


def policy(demand: str, outcome: str) -> str:
    return f"""id: sg-has-description
title: Security group has a description
severity: low
service: vpc
item: security-group-ingress
why: So that people know what it is for.
check: {{for: vpc.security_group, require: {demand}}}
remediation: {{terraform: Describe it., cloudformation: Describe it.}}
citations: [{{title: Groups, url: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"}}]
examples:
  - situation: it is described
    outcome: {outcome}
    terraform: |
      resource "aws_security_group" "a" {{
        description = "x"  # <- here
      }}
  - situation: it is not described
    outcome: fail
    terraform: |
      resource "aws_security_group" "a" {{  # <- here
      }}
  - situation: a variable decides
    outcome: unknown
    terraform: |
      variable "d" {{}}
      resource "aws_security_group" "a" {{
        description = var.d  # <- here
      }}
"""


def test_policies_are_tested_by_their_own_situations(run: Run) -> None:
    write("house/sg-has-description.yaml", policy('{path: $.description, equals: "x"}', "pass"))
    passed = run("policies", "test", "house")
    assert (passed.code, passed.out) == (0, "1 policies, 3 situations: 3 passed, 0 failed\n")
    write("house/sg-has-description.yaml", policy('{path: $.description, equals: "y"}', "pass"))
    failed = run("policies", "test", "house/sg-has-description.yaml")
    assert failed.code == 1
    assert "house/sg-has-description.yaml:" in failed.out
    assert "expected pass, got fail" in failed.out


def test_an_empty_folder_of_policies_is_no_success(run: Run) -> None:
    Path("house").mkdir()
    assert run("policies", "test", "house").code == 2


def test_a_users_policy_is_judged(run: Run) -> None:
    write("house/sg-has-description.yaml", policy('{path: $.description, equals: "x"}', "pass"))
    write("main.tf", CLOSED)
    assert "fail[sg-has-description]" in run("check", "--policies", "house").out
    assert run("check", "--policies", "house", "--select", "sg-has-description").code == 1


def test_pages_are_written_and_compared(run: Run) -> None:
    assert run("policies", "docs", "--check").code == 1
    assert run("policies", "docs").code == 0
    assert run("policies", "docs", "--check").code == 0
    page = Path("docs/policies", f"{SSH}.md")
    page.write_text(page.read_text("utf-8") + "more\n", "utf-8")
    told = run("policies", "docs", "--check")
    assert told.code == 1
    assert page.as_posix() in told.out


def test_the_version_starts_without_importing_the_house(place: Path) -> None:
    code = (
        "import sys; from srm_lint.cli import main\n"
        "try: main(['--version'])\n"
        "finally: print(sorted({'click', 'yaml', 'srm_lint.run'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"


TEMPLATE = """Parameters:
  Range: {Type: String}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Range}]
"""


def test_parameters_come_from_files(place: Path, run: Run) -> None:
    (place / "template.yaml").write_text(TEMPLATE, "utf-8")
    (place / "dev.json").write_text('["Range=0.0.0.0/0"]', "utf-8")
    (place / "prod.json").write_text('{"Range": "10.0.0.0/8"}', "utf-8")
    one = run("check", "--select", SSH, "--parameters", "dev.json")
    assert (one.code, "dev.json:1" in one.out, "under" in one.out) == (1, True, False)
    both = run("check", "--select", SSH, "--parameters", "dev.json", "--parameters", "live=prod.json")
    assert "= under     the variables of dev.json" in both.out
    missing = run("check", "--parameters", "nowhere.json")
    assert (missing.code, "nowhere.json does not exist" in missing.err) == (2, True)
    wrong = run("check", "--select", SSH, "--parameters", "template.yaml")
    assert (wrong.code, "these are no values for parameters" in wrong.out) == (3, True)


def test_a_parameter_may_be_that_of_a_template_in_another_tree(place: Path, run: Run) -> None:
    for name in ("one", "two"):
        (place / name).mkdir()
        (place / name / "template.yaml").write_text(TEMPLATE.replace("Range", f"Range{name}"), "utf-8")
    (place / "p.json").write_text('{"Rangeone": "0.0.0.0/0", "Rangetwo": "10.0.0.0/8", "Rangethree": "x"}', "utf-8")
    told = run("check", "--select", SSH, "--parameters", "p.json", "one", "two")
    assert told.code == 1
    assert told.out.count("no template here has a parameter") == 1
    assert "no template here has a parameter Rangethree" in told.out


def test_a_framework_chooses_policies_and_an_unknown_one_is_refused(place: Path, run: Run) -> None:
    (place / "main.tf").write_text(PUBLIC, "utf-8")
    result = run("check", "--controls", "aws-fsbp")
    assert (result.code, "Controls of aws-fsbp:" in result.out) == (1, True)
    wrong = run("check", "--controls", "aws-fsb")
    assert (wrong.code, 'did you mean "aws-fsbp"?' in wrong.err) == (2, True)


MISSPELT: list[tuple[list[str], int, str]] = [
    (["check", "--var", "regoin=eu"], 3, 'no root module here declares a variable "regoin"; did you mean "region"?'),
    (["eval", ".", "1", "--var", "regoin=eu"], 3, 'variable "regoin"; did you mean "region"?'),
    (["check", "--source", "."], 3, "no plan was found"),
    (["check", "--workspace", ""], 2, "is a shell variable unset?"),
    (["check", "--var-file", ""], 2, '--var-file "" is not of the form FILE or SET=FILE'),
    (["check", "--var-file", "=main.tf"], 2, '--var-file "=main.tf" is not of the form FILE or SET=FILE'),
    (["check", "--parameters", "dev="], 2, '--parameters "dev=" is not of the form FILE or SET=FILE'),
    (["check", "--parameters", "a=main.tf", "--parameters", "a=main.tf"], 2, 'names the set "a" twice'),
    (["check", "--controls", ""], 2, "expected FRAMEWORK,..., but it is empty"),
    (["check", "--var", "\x1b[31m"], 2, '"\\x1b[31m" is not of the form NAME=VALUE'),
    (["policies", "docs", "--output", "main.tf/pages"], 2, "main.tf/pages: the pages cannot be written"),
]


@pytest.mark.parametrize(("arguments", "code", "says"), MISSPELT)
def test_slips_of_the_command_line_are_told(run: Run, arguments: list[str], code: int, says: str) -> None:
    write("main.tf", 'variable "region" {\n  default = "us"\n}\n')
    told = run(*arguments)
    assert told.code == code
    assert says in told.out + told.err
    assert "\x1b" not in told.out + told.err


def test_a_value_may_be_for_a_variable_of_another_path(run: Run) -> None:
    write("a/main.tf", 'variable "region" {\n  default = "us"\n}\n')
    write("b/main.tf", "locals {\n  a = 1\n}\n")
    assert run("check", "a", "b", "--var", "region=eu").code == 0
    assert run("check", "b/main.tf", "--var", "region=eu").code == 0
    assert run("check", "b", "--var", "region=eu").code == 3


def test_pages_are_written_beside_what_is_no_page(run: Run) -> None:
    write("docs/notes.md", "ours\n")
    write("mine/README.md", "ours\n")
    assert run("policies", "docs", "--output", "docs").code == 0
    assert Path("docs/notes.md").read_text("utf-8") == "ours\n"
    assert run("policies", "docs", "--output", "docs", "--check").code == 0
    refused = run("policies", "docs", "--output", "mine")
    assert (refused.code, Path("mine/README.md").read_text("utf-8")) == (2, "ours\n")
    assert "is no index of policies" in refused.err
