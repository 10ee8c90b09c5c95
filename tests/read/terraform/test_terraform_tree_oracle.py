"""The structure that srm-lint reads in Terraform texts is the one that python-hcl2 reads there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from srm_lint.model.source import Source

ROOT = Path(__file__).parents[3]

PURPOSE = r"""
terraform { required_version = ">= 1.0" }
resource "a" "b" {
  numbers     = [1, -1, 1.50, 0.1e1, 0]
  words       = [true, false, null, name, var.a-b]
  text        = "plain \"quoted\" \t\u00e9 $${a} %%{b} $ % $$ 100%"
  gaps        = "a-${var.b}-${f("c", d.e)}"
  only        = "${var.b}"
  doubled     = "$$${a} $$$${b}"
  precedence  = a || b && c == d < e + f * g
  left        = 10 - 4 - 3 + a.b / 2 % 3
  unary       = !a && !(b || c) && -d < 1
  grouped     = (1 + 2) * (3 - (4))
  choice      = a ? b : c ? d : e
  nested      = a ? b ? c : d : e
  steps       = a.b[0].c["d"].e[f.g].0.h
  splats      = [a[*].b, a.*.b, a[*].b[0].c, a[*]]
  parenthesis = (a.b).c
  over        = [for v in list : upper(v)]
  keyed       = [for k, v in map : "${k}=${v}" if v != null]
  object      = { for k, v in map : k => v }
  gathered    = { for v in list : v.k => v... if v.k != "" }
  call        = f(g(), [1, 2]...)
  provided    = provider::aws::arn_parse("x")
  members     = { a = 1, "b" = 2, (c) = 3, d : 4, "e${f}" = 5, 6 = 7, in = 8 }
  lines = {
    a = 1 # with a comment
    // and another
    b = [
      1,
      2, /* and a third */
    ]
  }
  broken_over = (a
    && b
  || c)
  heredoc = <<EOT
plain $${a}
  and indented
EOT
  flush = <<-EOT
      first

    second
      third
    EOT
  filled = <<EOT
has ${a.b} inside
EOT
  block {
    inner "label" bare {
      deep = 1
    }
  }
  block {}
  dynamic "more" {
    for_each = a
    content { b = more.value }
  }
}
"""


@pytest.fixture
def trees(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import tree_reading

    yield tree_reading
    sys.modules.pop("tree_reading")


def texts() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "fixtures").rglob("*.tf")):
        yield str(path), path.read_text("utf-8")
    for path in sorted((ROOT / "policies").rglob("*.yaml")):
        for example in yaml.safe_load(path.read_text("utf-8"))["examples"]:
            if "terraform" in example:
                yield f"{path.stem}: {example['situation']}", example["terraform"]


def test_our_own_texts_have_the_same_structure(trees: ModuleType) -> None:
    compared = 0
    for name, text in texts():
        count, differences = trees.compare(Source(name, text))
        assert differences == []
        compared += count
    assert compared > 1_000


def test_every_construct_has_the_same_structure(trees: ModuleType) -> None:
    count, differences = trees.compare(Source("main.tf", PURPOSE))
    assert differences == []
    assert count == 38


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("precedence  = a || b", "precedence  = a && b"),
        ("10 - 4 - 3", "10 - (4 - 3)"),
        ("(a.b).c", "a.b.c"),
        ('"$$${a} ', '"$${a} '),
        ("-1, 1.50", "-1, 1.51"),
        ("v.k => v...", "v.k => v"),
        ('inner "label" bare', 'inner "label"'),
        ("    second", "     second"),
        ("  block {}", "  block { x = 1 }"),
    ],
)
def test_a_difference_is_seen(trees: ModuleType, monkeypatch: pytest.MonkeyPatch, written: str, read: str) -> None:
    assert written in PURPOSE
    parse = trees.parse
    monkeypatch.setattr(trees, "parse", lambda source: parse(Source(source.path, source.text.replace(written, read))))
    assert trees.compare(Source("main.tf", PURPOSE))[1] != []


def test_what_python_hcl2_cannot_read_is_refused(trees: ModuleType) -> None:
    with pytest.raises(trees.Refused):
        trees.compare(Source("main.tf", "a = {\n"))
