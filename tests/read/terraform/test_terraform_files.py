"""Which files of a module count, which it reads, and what may stand in them."""

from __future__ import annotations

from collections.abc import Callable

from terraform_reading import Read, plain

from srm_lint.model.value import Scalar, Unknown

Reader = Callable[..., Read]


def test_tofu_files_win_and_override_files_override(module: Reader) -> None:
    found = module({
        "a.tf": 'resource "t" "a" {\n  x = "tf"\n}',
        "a.tofu": 'resource "t" "a" {\n  x = "tofu"\n}',
        "main.tf": 'resource "t" "b" {\n  x = 1\n  y = 1\n  r {\n    z = 1\n  }\n}\nlocals {\n  l = 1\n}',
        "b_override.tf": 'resource "t" "b" {\n  y = local.l\n  r {\n    z = 2\n  }\n}',
        "override.tf": "locals {\n  l = 2\n}",
    })  # fmt: skip
    assert found.problems == []
    assert found.plain("t.a", "x") == "tofu"
    assert [found.plain("t.b", name) for name in "xyr"] == [1, 2, [{"z": 2}]]


def test_files_and_templates(module: Reader) -> None:
    found = module({
        "main.tf": 'module "m" {\n  source = "./m"\n}',
        "m/main.tf": 'resource "t" "n" {\n  path = path.module\n  root = path.root\n'
        '  file = file("${path.module}/a.txt")\n'
        '  tmpl = templatefile("${path.module}/t.tftpl", { name = "x", list = [1, 2], later = t.n.id })\n'
        '  gone = fileexists("${path.module}/gone")\n}',
        "m/a.txt": "hello\n",
        "m/t.tftpl": "Hi ${name}!\n%{ for n in list ~}\n* ${n}\n%{ endfor ~}\n",
    })  # fmt: skip
    assert found.problems == []
    assert found.plain("module.m.t.n", "path") == "m"
    assert found.plain("module.m.t.n", "file") == "hello\n"
    assert found.plain("module.m.t.n", "tmpl") == "Hi x!\n* 1\n* 2\n"
    assert found.plain("module.m.t.n", "gone") is False


def test_the_text_of_a_file_stands_in_the_file_and_is_passed_on(module: Reader) -> None:
    found = module({
        "main.tf": 'resource "t" "n" {\n  file = file("a.sh")\n  tmpl = templatefile("b.sh", {})\n'
        '  gaps = templatefile("c.sh", { x = var.x })\n  here = templatestring(local.t, {})\n}\n'
        'variable "x" {}\nlocals {\n  t = "one\\ntwo"\n}',
        "a.sh": "one\ntwo\n",
        "b.sh": "one\ntwo",
        "c.sh": "one\n${x}\n",
    })  # fmt: skip
    values = [found.value("t.n", name) for name in ("file", "tmpl", "gaps", "here")]
    shown = [f"{each.span.source.rpartition('/')[2]}:{each.span.line}:{each.span.column}" for each in values]
    assert shown == ["a.sh:1:1", "b.sh:1:1", "c.sh:1:1", "main.tf:5:10"]
    assert [values[0].span.end_line, values[1].span.end_line] == [3, 2]
    assert [[hop.line for hop in each.trace] for each in values[:3]] == [[2], [3], [4]]


def test_the_template_file_of_old(module: Reader) -> None:
    found = module({
        "main.tf": 'data "template_file" "f" {\n  template = "${file("a.tpl")}"\n  vars = {\n    x = "1"\n  }\n}\n'
        'data "template_file" "t" {\n  template = "<$${x}>"\n  vars {\n    x = "${var.x}"\n  }\n}\n'
        'data "template_file" "bad" {\n  template = "$${y}"\n}\nvariable "x" {}\n'
        'resource "t" "n" {\n  f = "${data.template_file.f.rendered}"\n  t = data.template_file.t.rendered\n'
        "  bad = data.template_file.bad.rendered\n}",
        "a.tpl": "one\n${x}\n",
    })  # fmt: skip
    assert found.problems == []
    file, text, bad = (found.value("t.n", name) for name in ("f", "t", "bad"))
    assert (plain(file), file.span.line, file.span.source.rpartition("/")[2]) == ("one\n1\n", 1, "a.tpl")
    assert isinstance(text, Unknown)
    assert (text.pieces, text.references, text.span.line) == (("<", None, ">"), ("var.x",), 8)
    assert isinstance(bad, Unknown)


def test_files_are_listed_within_the_tree(module: Reader) -> None:
    found = module({
        "main.tf": 'resource "t" "n" {\n  for_each = fileset(path.module, "site/**")\n  key = each.value\n}\n'
        'resource "t" "out" {\n  x = fileset("/etc", "*")\n  y = fileset("../..", "*")\n}',
        "site/a.html": "",
        "site/b/c.html": "",
        "other.html": "",
    })  # fmt: skip
    assert found.addresses == ['t.n["site/a.html"]', 't.n["site/b/c.html"]', "t.out"]
    assert [found.plain("t.out", name) for name in "xy"] == [..., ...]


def test_other_blocks_do_no_harm(module: Reader) -> None:
    found = module("""
terraform {
  required_version = ">= 1"
}
provider "aws" {
  region = var.nothing
}
moved {
  from = a.b
  to   = a.c
}
import {
  to = a.b
  id = "x"
}
check "c" {
  assert {
    condition     = false
    error_message = "x"
  }
}
removed {
  from = a.d
}
resource "t" "n" {}
""")
    assert found.problems == []
    assert found.addresses == ["t.n"]


def test_duplicates_are_problems(module: Reader) -> None:
    found = module('resource "t" "n" {\n  a = 1\n  a = 2\n}\nresource "t" "n" {\n  a = 3\n}')
    assert [kind for kind, _ in found.problems] == ["syntax", "syntax"]
    assert found.addresses == ["t.n"]
    assert isinstance(found.value("t.n", "a"), Scalar)
