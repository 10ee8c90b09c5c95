"""Large configurations are read to the last resource, and a hostile one ends with a problem that says so."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from terraform_reading import Read

from srm_lint.model.source import Tree
from srm_lint.model.value import List, Unknown
from srm_lint.read.terraform import read

if TYPE_CHECKING:
    import pytest
    from conftest import Reader

TAGGED = """
resource "t" "r%d" {
  name = format("%%s-%%04d", local.prefix, %d)
  tags = merge(local.tags, { Name = upper("n%d"), Many = join(",", [for tag in values(local.tags) : lower(tag)]) })
}
"""
CHILD = 'variable "name" { type = string }\nresource "t" "b" { name = var.name }\noutput "id" { value = t.b.id }\n'


def test_ten_thousand_resources_are_all_read(module: Reader) -> None:
    shared = 'locals {\n  prefix = "p"\n  tags = { a = "A", b = "B", c = "C" }\n}\n'
    found = module(
        {
            "shared.tf": shared,
            **{
                f"r{at}.tf": "".join(TAGGED % (one, one, one) for one in range(at, at + 500))
                for at in range(0, 5_000, 500)
            },
            "many.tf": 'resource "t" "many" {\n  count = 5000\n  name = "m-${format("%05d", count.index)}"\n}\n',
        }
    )
    assert found.problems == []
    assert len(found.addresses) == 10_000
    assert found.plain("t.r4999", "tags") == {"a": "A", "b": "B", "c": "C", "Name": "N4999", "Many": "a,b,c"}
    assert found.plain("t.many[4999]", "name") == "m-04999"


def test_bounds_grow_with_what_is_written(module: Reader) -> None:
    each = "".join(f'resource "t" "r{at}" {{\n  count = 15\n  x = count.index\n}}\n' for at in range(1_000))
    found = module(each)
    assert found.problems == []
    assert len(found.addresses) == 15_000


def test_a_thousand_calls_of_a_module_are_all_read(module: Reader) -> None:
    calls = "".join(f'module "m{at}" {{\n  source = "./child"\n  name = "n{at}"\n}}\n' for at in range(1_000))
    all_ids = f'resource "t" "all" {{\n  ids = [{", ".join(f"module.m{at}.id" for at in range(1_000))}]\n}}\n'
    found = module({"main.tf": calls + all_ids, "child/main.tf": CHILD})
    assert found.problems == []
    assert len(found.addresses) == 1_001
    assert found.plain("module.m999.t.b", "name") == "n999"
    ids = found.value("t.all", "ids")
    assert isinstance(ids, List)
    assert len(ids.items) == 1_000


def test_a_module_with_a_thousand_instances_is_read_for_each(module: Reader) -> None:
    text = """
module "m" {
  source = "./child"
  count  = 1000
  name   = "n${count.index}"
}
resource "t" "all" {
  count = 1000
  mine  = module.m[count.index].id
  ids   = module.m[*].id
}
"""
    found = module({"main.tf": text, "child/main.tf": CHILD})
    assert found.problems == []
    assert len(found.addresses) == 2_000
    mine = found.value("t.all[999]", "mine")
    assert isinstance(mine, Unknown)
    assert mine.references == ("module.m[999].t.b",)
    ids = found.value("t.all[999]", "ids")
    assert isinstance(ids, List)
    assert len(ids.items) == 1_000


def test_what_is_the_same_in_all_instances_is_one_value(module: Reader) -> None:
    text = """
resource "t" "a" {
  count = 3
}
resource "t" "b" {
  count = 3
  same  = jsonencode({ ids = [for a in t.a : a.id] })
  list  = t.a[*].id
  own   = [for a in t.a : "${a.id}-${count.index}"]
  shadow = [for count in [count.index] : count + 1]
}
"""
    found = module(text)
    assert found.problems == []
    first, second = (found.resource(f"t.b[{at}]").body.members for at in (0, 1))
    assert first["same"] is second["same"]
    assert first["list"] is second["list"]
    assert first["own"] is not second["own"]
    assert found.plain("t.b[0]", "shadow") == [1]
    assert found.plain("t.b[2]", "shadow") == [3]


def test_doubt_is_kept_where_a_value_is_shared(module: Reader) -> None:
    text = """
variable "n" {}
resource "t" "a" {
  count = var.n
  x     = 1
}
resource "t" "b" {
  count = 2
  x     = try(t.a[0].x, "none")
  y     = can(t.a[0].x)
}
"""
    found = module(text)
    assert found.plain("t.b[0]", "x") is ...
    assert found.plain("t.b[1]", "x") is ...
    assert found.plain("t.b[0]", "y") is ...
    assert found.plain("t.b[1]", "y") is ...


def test_modules_that_double_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for at in range(40):
        (tmp_path / f"m{at}").mkdir()
        calls = "".join(f'module "{name}" {{\n  source = "../m{at + 1}"\n}}\n' for name in "ab") if at < 39 else ""
        (tmp_path / f"m{at}" / "main.tf").write_text(f'{calls}resource "t" "r" {{\n  x = 1\n}}\n', "utf-8")
    (configuration,) = read([tmp_path / f"m{at}" for at in range(40)], Tree(tmp_path))
    found = Read(configuration)
    assert {kind for kind, _ in found.problems} == {"limit"}
    assert "10,000" in found.problems[0][1]
    assert 1_000 < len(found.addresses) <= 10_000


def test_long_lists_are_worked_on(module: Reader) -> None:
    items = ", ".join(f'"v{at % 9_000}"' for at in range(10_000))
    text = f"""
locals {{
  big      = [{items}]
  distinct = distinct(local.big)
}}
resource "t" "n" {{
  count = length([for one in local.distinct : upper(one)])
  has   = element(local.big, count.index)
}}
resource "t" "sum" {{
  all = length(toset(local.big))
  has = contains(local.big, "v8999")
}}
"""
    found = module(text)
    assert found.problems == []
    assert found.plain("t.n[8999]", "has") == "v8999"
    assert found.plain("t.sum", "all") == 9_000
    assert found.plain("t.sum", "has") is True


def test_a_long_heredoc_is_one_text(module: Reader) -> None:
    lines = "".join(f"    line {at} ${{local.a}}\n" for at in range(5_000))
    found = module(f'locals {{\n  a = "x"\n}}\nresource "t" "n" {{\n  text = <<-EOT\n{lines}  EOT\n}}\n')
    assert found.problems == []
    assert str(found.plain("t.n", "text")).splitlines()[-1] == "line 4999 x"


def test_reading_leaves_the_collector_as_it_was(module: Reader) -> None:
    before = gc.get_threshold()
    module('resource "t" "n" {\n}\n')
    assert gc.get_threshold() == before
