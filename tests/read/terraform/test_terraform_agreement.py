"""What tfparse, an evaluator written in Go, knows of our own Terraform texts, srm-lint knows too, and the same."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

pytest.importorskip("tfparse", reason="tfparse has no wheel for this platform")

ROOT = Path(__file__).parents[3]
LANGUAGE = r"""
variable "nothing" {}
variable "name" { default = "x" }
variable "empty" { default = null }
variable "sizes" {
  type    = object({ cpu = number, memory = optional(string, "1G") })
  default = { cpu = "2" }
}
locals {
  plain      = ["a", 1, 1.50, 1e3, true, null, -5 - -3, 7 % -3, -7 % 3, 10 / 4, (1 + 2) * 3 - 4 / 2]
  logic      = [!true || true && false, 1 == "1", 3 > 2 == true, null == var.empty, true ? 1 : false ? 2 : 3]
  template   = "a ${~ var.name ~} b %{ for i in [1, 2] ~} ${i} %{ endfor ~} %{ if true }c%{ else }d%{ endif }"
  escapes    = ["$${var.name}", "$$${var.name}", "$$$${var.name}", "%%{a}", "a$$b", "100%", "\u00e9\U0001F600\\\"\t"]
  heredoc    = <<-EOT
    a
      b ${var.name} $${c} $$${d}

    e
  EOT
  collection = { "a b" = 1, (var.name) = 2, c : 3, 4 = 5, true = 6 }
  loops      = [for k, v in { b = 1, a = 2 } : "${k}${v}" if v > 1]
  grouped    = { for v in ["a", "b", "a"] : v => v... }
  splats     = [[{ a = [1] }, { a = [2] }][*].a[0], [{ a = [1] }, { a = [2] }].*.a, "one"[*]]
  calls      = [join("-", ["a", "b"]), merge({ a = 1 }, { a = 2 }), try(var.empty.a, "none"), cidrhost("10.0.0.0/8", 5)]
  sizes      = var.sizes
  encoded    = jsonencode({ b = [1, true, null], a = "<é>" })
  open       = var.nothing
}
resource "example" "many" {
  for_each = { a = 1, b = 2 }
  name     = "${each.key}-${each.value}-${var.nothing}"
  size     = each.value
  fixed { value = true }
  dynamic "rule" {
    for_each = toset(["x", "y"])
    content {
      key = rule.key
    }
  }
}
module "child" {
  count  = 2
  source = "./child"
  given  = count.index
}
output "children" { value = module.child[*].doubled }
"""
CHILD = """
variable "given" { type = number }
output "doubled" { value = var.given * 2 }
"""


@pytest.fixture
def agreement(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import agreement

    yield agreement
    for name in ("agreement", "comparison", "go_copy", "go_reading", "own_reading"):
        sys.modules.pop(name, None)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(LANGUAGE, "utf-8")
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "main.tf").write_text(CHILD, "utf-8")
    return tmp_path


def test_fixtures_are_read_as_go_reads_them(agreement: ModuleType) -> None:
    folders = {path.parent for path in (ROOT / "fixtures").rglob("*.tf")}
    found = agreement.compare(ROOT / "fixtures", sorted(folders))
    assert found.failed == found.disagreements == found.gaps == found.unread == []
    assert found.both > 20


def test_situations_of_policies_are_read_as_go_reads_them(
    agreement: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []
    for path in sorted((ROOT / "policies").rglob("*.yaml")):
        for number, example in enumerate(yaml.safe_load(path.read_text("utf-8"))["examples"]):
            if "terraform" in example:
                folders.append(tmp_path / f"{path.stem}-{number}")
                folders[-1].mkdir()
                (folders[-1] / "main.tf").write_text(example["terraform"], "utf-8")
    monkeypatch.setattr(agreement, "BATCH", len(folders))
    found = agreement.compare(tmp_path, folders)
    assert found.failed == found.disagreements == found.gaps == found.unread == []
    assert found.both > 500


def test_the_language_is_read_as_go_reads_it(agreement: ModuleType, module: Path) -> None:
    found = agreement.compare(module, [module])
    assert found.failed == found.disagreements == found.gaps == found.unread == []
    assert found.both > 50


def test_a_wrong_value_is_a_disagreement(agreement: ModuleType, module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import own_reading

    def another(folder: Path, tree: object) -> object:
        (folder / "main.tf").write_text(LANGUAGE.replace('default = "x"', 'default = "y"'), "utf-8")
        return load(folder, tree)

    load = own_reading.load
    monkeypatch.setattr(own_reading, "load", another)
    found = agreement.compare(module, [module])
    assert {each.address for each in found.disagreements} >= {"local.template", "local.heredoc", "local.collection"}
    assert found.agreement < 99
