from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from terraform_reading import Read, plain

from srm_lint.model.source import Source, Tree
from srm_lint.read.terraform import read
from srm_lint.read.terraform.parsing import parse

Reader = Callable[..., Read]

FINE = '\nresource "t" "fine" {\n  ok = true\n}\n'


@pytest.mark.parametrize(
    ("broken", "line", "message"),
    [
        ('resource "t" "n" {\n  a = 1 +\n  b = 2\n}', 3, "not expected"),
        ('resource "t" "n" {\n  a = \n  b = 2\n}', 2, "a value was expected"),
        ('resource "t" "n" {\n  a = [1, 2\n  b = 2\n}', 3, '"]"'),
        ('resource "t" "n" {\n  a = 1\n', 6, ""),
        ('resource "t" "n" {\n  a 1\n  b = 2\n}', 2, ""),
        ('resource "t" "n" {\n  a = "x\n  b = 2\n}', 2, ""),
        ('resource "t" "n" {\n  a = b ? c\n  b = 2\n}', 3, ""),
        ('resource "t" "n" {\n  a = [for x in y : x...]\n  b = 2\n}', 2, ""),
    ],
)
def test_an_error_names_its_line_and_spares_the_neighbours(
    module: Reader, broken: str, line: int, message: str
) -> None:
    found = module(broken + FINE)
    ((kind, said),) = [each for each in found.problems if each[0] == "syntax"][:1]
    assert kind == "syntax"
    assert message in said
    assert abs(found.configuration.problems[0].span.line - line) <= 1
    assert found.plain("t.fine", "ok") is True
    assert found.plain("t.n", "a") in (..., 1, None)
    assert "t.n" in found.addresses


def test_what_the_grammar_does_not_know_is_no_problem(module: Reader) -> None:
    found = module('resource "t" "n" {\n  a = 1e+2\n  b = 1.5E-1\n  c = "1e+2"\n}' + FINE)
    assert found.problems == []
    assert [found.plain("t.n", name) for name in "abc"] == [100, 0.15, "1e+2"]


DEEP = {
    "parentheses": "(" * 10_000 + "1" + ")" * 10_000,
    "lists": "[" * 10_000 + "]" * 10_000,
    "objects": "{a=" * 10_000 + "1" + "}" * 10_000,
    "calls": "upper(" * 10_000 + '"a"' + ")" * 10_000,
    "sums": "1+" * 10_000 + "1",
    "negations": "!" * 10_000 + "true",
    "conditionals": "true ? 1 : " * 10_000 + "2",
    "nested conditionals": "true ? " * 10_000 + "1" + " : 2" * 10_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_expressions_are_a_limit(module: Reader, text: str) -> None:
    found = module(f'resource "t" "n" {{\n  x = {text}\n}}' + FINE)
    assert [kind for kind, _ in found.problems] == ["limit"]
    assert found.plain("t.n", "x") is ...
    assert found.plain("t.fine", "ok") is True


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "[" * 10_000,
        '"${' * 10_000,
        "<<A\n${" * 10_000,
        '"${' * 5_000 + "1" + '}"' * 5_000,
        "b {\n" * 10_000,
    ],
    ids=["parentheses", "lists", "templates", "heredocs", "closed templates", "blocks"],
)
def test_deep_and_never_closed(module: Reader, text: str) -> None:
    found = module(FINE + f'resource "t" "n" {{\n  x = {text}\n')
    assert found.problems
    assert {kind for kind, _ in found.problems} <= {"limit", "syntax"}
    assert found.plain("t.fine", "ok") is True


def test_deep_blocks_are_a_limit(module: Reader) -> None:
    found = module(FINE + 'resource "t" "n" {\n' + "b {\n" * 10_000 + "}\n" * 10_000 + "}\n")
    assert [kind for kind, _ in found.problems] == ["limit"]


@pytest.mark.parametrize("length", [10, 300, 5_000])
def test_chains_of_any_length_are_followed(module: Reader, length: int) -> None:
    chain = "".join(f'  l{at} = try(local.l{at + 1}, "none")\n' for at in range(length))
    found = module(f'locals {{\n{chain}  l{length} = 1\n}}\nresource "t" "n" {{\n  x = local.l0\n}}')
    assert found.problems == []
    assert found.plain("t.n", "x") == 1


def test_chains_go_through_modules_and_resources(module: Reader) -> None:
    resources = "".join(
        f'resource "t" "r{at}" {{\n  a {{\n    x = "${{t.r{at + 1}.a[0].x}}"\n  }}\n}}\n' for at in range(1_000)
    )
    found = module(f'{resources}resource "t" "r1000" {{\n  a {{\n    x = 7\n  }}\n}}')
    assert found.problems == []
    assert found.plain("t.r0", "a") == [{"x": 7}]


@pytest.mark.parametrize("length", [2, 30, 1_000])
def test_circles_of_any_length_are_told(module: Reader, length: int) -> None:
    circle = "".join(f"  l{at} = local.l{(at + 1) % length}\n" for at in range(length))
    found = module(f'locals {{\n{circle}}}\nresource "t" "n" {{\n  x = local.l0\n}}')
    assert [kind for kind, _ in found.problems] == ["syntax"]
    assert "refers to itself" in found.problems[0][1]
    assert found.plain("t.n", "x") is ...


BOMBS = {
    "text": ('"${local.l%d}${local.l%d}"', '"x"'),
    "lists": ("concat(local.l%d, local.l%d)", '["x"]'),
    "nested": ("[local.l%d, local.l%d]", '["x"]'),
}


@pytest.mark.parametrize(("each", "first"), BOMBS.values(), ids=BOMBS)
def test_doubling_ends(module: Reader, each: str, first: str) -> None:
    doubled = "".join(f"  l{at} = {each % (at - 1, at - 1)}\n" for at in range(1, 60))
    found = module(
        f'locals {{\n  l0 = {first}\n{doubled}}}\nresource "t" "n" {{\n  x = jsonencode(local.l59)\n}}' + FINE
    )
    assert "limit" in {kind for kind, _ in found.problems}
    assert found.plain("t.n", "x") is ...


def test_nested_loops_end(module: Reader) -> None:
    thousand = "range(1000)"
    found = module(
        f'resource "t" "n" {{\n  x = [for a in {thousand} : [for b in {thousand} : [for c in {thousand} : c]]]\n}}'
        + FINE
    )
    assert [kind for kind, _ in found.problems] == ["limit"]
    assert found.plain("t.fine", "ok") is True


@pytest.mark.parametrize(
    "argument",
    [
        "count = 1e9",
        "count = 10001",
        'for_each = toset(flatten([for n in range(101) : [for m in range(100) : "${n}-${m}"]]))',
    ],
)
def test_too_many_instances_are_one(module: Reader, argument: str) -> None:
    found = module(f'resource "t" "n" {{\n  {argument}\n  a = 1\n}}')
    ((kind, message),) = found.problems
    assert kind == "limit"
    assert "10,000" in message
    assert found.addresses == ["t.n"]
    assert plain(found.resource("t.n").exists) is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("locals {\n  a = local.b\n  b = local.a\n}", "refers to itself"),
        ("locals {\n  a = local.a\n}", "refers to itself"),
        ('locals {\n  a = t.other.x\n}\nresource "t" "other" {\n  x = local.a\n}', "refers to itself"),
        ('locals {\n  a = length(t.other)\n}\nresource "t" "other" {\n  count = local.a\n}', "itself"),
    ],
)
def test_circles_are_problems(module: Reader, text: str, message: str) -> None:
    found = module(text + '\nresource "t" "n" {\n  x = local.a\n}')
    assert message in found.problems[0][1]
    assert found.plain("t.n", "x") is ...


def test_unreadable_files_are_problems(module: Reader, tmp_path: Path) -> None:
    (tmp_path / "utf16.tf").write_bytes("locals {}".encode("utf-16"))
    (tmp_path / "nul.tf").write_bytes(b"locals {\0}")
    (tmp_path / "loop.tf").symlink_to("loop.tf")
    (tmp_path / "outside.tf").symlink_to("/etc/hostname")
    (tmp_path / "more.tf.json").write_text("{,}")
    found = module('resource "t" "n" {\n  x = local.there\n}')
    assert sorted(problem.span.source for problem in found.configuration.problems) == [
        "loop.tf", "more.tf.json", "nul.tf", "outside.tf", "utf16.tf",
    ]  # fmt: skip
    assert found.plain("t.n", "x") is ...


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../../../etc/passwd", "link", "/dev/zero"])
def test_files_outside_are_not_read(module: Reader, tmp_path: Path, path: str) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    found = module(f'resource "t" "n" {{\n  x = file("{path}")\n}}')
    assert found.plain("t.n", "x") is ...
    assert "root:" not in str(found.configuration)


def test_positions_count_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = '\ufeff# ü\r\nresource "t" "n" {\r\n  é = "😀" # ö\r\n  ü = ["é", "x"]\r\n}\r\n'
    (tmp_path / "ünï.tf").write_bytes(text.encode())
    (configuration,) = read([tmp_path], Tree(tmp_path))
    found = Read(configuration)
    assert found.problems == []
    span = found.value("t.n", "é").span
    assert (span.source, span.line, span.column, span.end_column) == ("ünï.tf", 3, 7, 10)
    second = found.value("t.n", "ü").items[1]  # type: ignore[attr-defined]
    assert (second.span.line, second.span.column) == (4, 13)
    assert [(each.text, each.span.line, each.span.column) for each in configuration.comments] == [
        ("# ü", 1, 1),
        ("# ö", 3, 11),
    ]


def test_any_prefix_of_a_file_is_read() -> None:
    text = (
        'resource "t" "n" {\n  a = "x${b ? 1 : [2]}"\n  c = <<-E\n  d\n  E\n'
        '  dynamic "e" {\n    for_each = {a = 1}\n    content {}\n  }\n}\n'
    )
    for end in range(len(text)):
        document = parse(Source("f.tf", text[:end]))
        for block in document.blocks:
            for attribute in block.attributes.values():
                assert attribute.expression is not None


def test_names_of_files_may_be_odd(module: Reader) -> None:
    found = module({"a b.tf": FINE, ".hidden.tf": "resource", "x.tf~": "resource", f"sub{os.sep}c.tf": ""})
    assert found.problems == []
