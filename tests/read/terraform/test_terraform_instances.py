"""How many there are of a block: count, for_each, dynamic and enabled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from terraform_reading import Read, plain

from srm_lint.model.value import Unknown

Reader = Callable[..., Read]


def test_instances(module: Reader) -> None:
    found = module("""
resource "t" "none" {
  count = 0
}
resource "t" "nobody" {
  for_each = {}
}
resource "t" "two" {
  count = 2
  name  = "n${count.index}"
}
resource "t" "map" {
  for_each = { a = { acl = "x" }, "b \\"c\\"" = { acl = "y" } }
  name     = each.key
  acl      = each.value.acl
}
resource "t" "set" {
  for_each = toset(["q", "p"])
  name     = each.value
}
""")
    assert found.problems == []
    assert found.addresses == ["t.two[0]", "t.two[1]", 't.map["a"]', 't.map["b \\"c\\""]', 't.set["p"]', 't.set["q"]']
    assert found.plain("t.two[1]", "name") == "n1"
    assert found.plain('t.map["a"]', "acl") == "x"
    value = found.value('t.map["a"]', "acl")
    assert (found.text(value.span), [found.text(hop) for hop in value.trace]) == ('"x"', ["each.value.acl"])
    assert all(plain(resource.exists) is True for resource in found.configuration.resources)


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("count = var.n", "created only if var.n > 0"),
        ("count = var.flag ? 1 : 0", "created only if var.flag"),
        ("count = var.flag ? 0 : 1", "created only if var.flag is false"),
        ("for_each = var.n", "created once for each of var.n"),
        (
            'for_each = var.flag ? toset(["a"]) : toset([])',
            'created once for each of var.flag ? toset(["a"]) : toset([])',
        ),
    ],
)
def test_uncertain_instances_are_kept_once(module: Reader, argument: str, reason: str) -> None:
    found = module(f'variable "n" {{}}\nvariable "flag" {{}}\nresource "t" "n" {{\n  {argument}\n  a = 1\n}}')
    assert found.problems == []
    assert found.addresses == ["t.n"]
    exists = found.resource("t.n").exists
    assert isinstance(exists, Unknown)
    assert exists.reason == reason
    assert found.plain("t.n", "a") == 1


def test_a_count_above_zero_either_way_exists(module: Reader) -> None:
    found = module('variable "flag" {}\nresource "t" "n" {\n  count = var.flag ? 1 : 2\n  i = count.index\n}')
    assert found.addresses == ["t.n"]
    assert plain(found.resource("t.n").exists) is True
    assert found.plain("t.n", "i") is ...


def test_values_of_an_uncertain_for_each_are_candidates(module: Reader) -> None:
    found = module(
        'variable "flag" {}\nresource "t" "n" {\n  for_each = var.flag ? { a = "x", b = "y" } : {}\n  v = each.value\n}'
    )
    value = found.value("t.n", "v")
    assert isinstance(value, Unknown)
    assert [plain(candidate) for candidate in value.candidates] == ["x", "y"]


@pytest.mark.parametrize(
    "argument", ["count = -1", "count = 1.5", 'count = "many"', 'for_each = ["a"]', "for_each = 1"]
)
def test_invalid_instances(module: Reader, argument: str) -> None:
    found = module(f'resource "t" "n" {{\n  {argument}\n}}')
    assert [kind for kind, _ in found.problems] == ["syntax"]
    assert found.addresses == ["t.n"]


def test_dynamic_blocks(module: Reader) -> None:
    found = module("""
resource "t" "n" {
  rule {
    port = 1
  }
  dynamic "rule" {
    for_each = [2, 3]
    content {
      port = rule.value
      at   = rule.key
      dynamic "inner" {
        for_each = { x = rule.value }
        iterator = it
        content {
          name  = it.key
          value = it.value + rule.value
        }
      }
    }
  }
  dynamic "gone" {
    for_each = []
    content {}
  }
}
""")
    assert found.problems == []
    assert found.plain("t.n", "rule") == [
        {"port": 1},
        {"port": 2, "at": 0, "inner": [{"name": "x", "value": 4}]},
        {"port": 3, "at": 1, "inner": [{"name": "x", "value": 6}]},
    ]
    assert found.plain("t.n", "gone") is None


def test_dynamic_blocks_with_an_unknown_for_each(module: Reader) -> None:
    found = module("""
variable "rules" {}
resource "t" "n" {
  rule {
    port = 1
  }
  dynamic "rule" {
    for_each = var.rules
    content {
      port = rule.value.port
      open = true
    }
  }
}
""")
    first, second = found.value("t.n", "rule").items  # type: ignore[attr-defined]
    assert plain(first) == {"port": 1}
    assert isinstance(second, Unknown)
    assert [plain(candidate) for candidate in second.candidates] == [{"port": ..., "open": True}, None]
    assert (found.text(second.span), [hop.line for hop in second.trace]) == ("var.rules", [7])


def test_meta_arguments_are_not_in_the_body(module: Reader) -> None:
    found = module("""
resource "t" "n" {
  count      = 1
  provider   = aws.east
  depends_on = [t.m]
  a          = 1
  lifecycle {
    ignore_changes = [a]
  }
  provisioner "local-exec" {
    command = "x"
  }
}
""")
    assert found.problems == []
    assert list(found.resource("t.n[0]").body.members) == ["a"]


def test_count_and_for_each_together_are_told(module: Reader) -> None:
    found = module('resource "aws_a" "x" {\n  count = 1\n  for_each = { a = 1 }\n}\n')
    assert [message for _, message in found.problems] == [
        'Invalid combination of "count" and "for_each": only one of them may be used.'
    ]
    assert found.addresses == ["aws_a.x[0]"]


def test_a_block_may_be_switched_off(module: Reader) -> None:
    switch = 'resource "aws_a" "{name}" {{\n  b = 1\n  lifecycle {{\n    enabled = {enabled}\n  }}\n}}\n'
    found = module(
        'variable "on" {}\n'
        + switch.format(name="off", enabled="false")
        + switch.format(name="on", enabled="true")
        + switch.format(name="open", enabled="var.on")
        + 'module "m" {\n  source = "./nowhere"\n  lifecycle {\n    enabled = false\n  }\n}\n'
        + 'resource "aws_b" "r" {\n  off = aws_a.off == null\n  on = aws_a.on.b\n}\n'
    )
    assert found.problems == []
    assert found.addresses == ["aws_a.on", "aws_a.open", "aws_b.r"]
    exists = found.resource("aws_a.open").exists
    assert isinstance(exists, Unknown)
    assert exists.reason == "created only if var.on"
    assert (found.plain("aws_b.r", "off"), found.plain("aws_b.r", "on")) == (True, 1)
