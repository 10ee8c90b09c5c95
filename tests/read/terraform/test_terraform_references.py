"""What references lead to, and the way that a value has come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from terraform_reading import Read, plain

from srm_lint.model.value import Origin, Unknown

Reader = Callable[..., Read]


def test_a_value_brings_its_literal_and_its_hops(module: Reader) -> None:
    found = module({
        "main.tf": 'variable "acl" {\n  default = "public"\n}\nlocals {\n  acl = var.acl\n}\n'
        'module "m" {\n  source = "./m"\n  settings = { acl = local.acl }\n}\n'
        'resource "t" "own" {\n  acl = "private"\n  out = module.m.acl\n}',
        "m/main.tf": 'variable "settings" {}\nresource "t" "n" {\n  acl = var.settings.acl\n'
        '  text = "x-${var.settings.acl}"\n}\n'
        'output "acl" {\n  value = t.n.acl\n}',
    })  # fmt: skip
    value = found.value("module.m.t.n", "acl")
    assert found.text(value.span) == '"public"'
    assert [found.text(hop) for hop in value.trace] == ["var.acl", "local.acl", "var.settings.acl"]
    assert value.origin is Origin.PASSED
    out = found.value("t.own", "out")
    assert [found.text(hop) for hop in out.trace] == [
        "var.acl",
        "local.acl",
        "var.settings.acl",
        "t.n.acl",
        "module.m.acl",
    ]
    own = found.value("t.own", "acl")
    assert (own.origin, own.trace, found.text(own.span)) == (Origin.WRITTEN, (), '"private"')
    assert found.text(found.value("module.m.t.n", "text").span) == '"x-${var.settings.acl}"'


def test_the_taken_branch_decides(module: Reader) -> None:
    found = module('locals {\n  a = true\n}\nresource "t" "n" {\n  x = local.a ? "yes" : "no"\n}')
    assert found.text(found.value("t.n", "x").span) == '"yes"'


def test_spans_of_blocks(module: Reader) -> None:
    found = module('resource "t" "n" {\n  a = 1\n  b {\n    c = null\n  }\n}')
    resource = found.resource("t.n")
    assert found.text(resource.span) == 'resource "t" "n" {\n  a = 1\n  b {\n    c = null\n  }\n}'
    assert found.text(resource.body.span) == 'resource "t" "n" {'
    assert found.text(resource.body.keys["a"]) == "a"
    assert found.text(found.value("t.n", "missing").span) == 'resource "t" "n" {'
    (block,) = found.value("t.n", "b").items  # type: ignore[attr-defined]
    assert found.text(block.span) == "b {"
    assert found.text(block.get("c").span) == "null"


def test_references_between_resources(module: Reader) -> None:
    found = module("""
variable "n" {}
resource "bucket" "b" {
  name = "logs"
  open = var.n
  part = "logs-${var.n}"
  rule {
    days = 3
  }
}
resource "t" "n" {
  name  = bucket.b.name
  id    = bucket.b.id
  open  = bucket.b.open
  part  = bucket.b.part
  days  = bucket.b.rule[0].days
  arn   = bucket.b.rule[0].arn
  text  = "${bucket.b.arn}/*"
  all   = bucket.b
}
""")
    assert found.problems == []
    assert found.plain("t.n", "name") == "logs"
    assert found.plain("t.n", "days") == 3
    later = found.value("t.n", "id")
    assert isinstance(later, Unknown)
    assert (later.reason, later.references) == ("bucket.b.id is known only after apply", ("bucket.b",))
    assert found.text(later.span) == "bucket.b.id"
    opened, part, arn, text = (found.value("t.n", name) for name in ("open", "part", "arn", "text"))
    assert isinstance(opened, Unknown)
    assert opened.references == ("var.n", "bucket.b")
    assert isinstance(part, Unknown)
    assert part.pieces == ("logs-", None)
    assert "bucket.b" in part.references
    assert isinstance(arn, Unknown)
    assert arn.references == ("bucket.b",)
    assert isinstance(text, Unknown)
    assert text.pieces == (None, "/*")
    assert text.references == ("bucket.b",)


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("b.one[0].id", [["b.one[0]"]]),
        ("b.one[*].id", [["b.one[0]"], ["b.one[1]"]]),
        ("b.one.*.id", [["b.one[0]"], ["b.one[1]"]]),
        ('b.each["x"].id', [['b.each["x"]']]),
        ("values(b.each)[*].id", [['b.each["x"]'], ['b.each["y"]']]),
        ("[for k, v in b.each : v.id]", [['b.each["x"]'], ['b.each["y"]']]),
        ("b.each[b.one[0].id].id", [["b.one[0]", 'b.each["x"]', 'b.each["y"]']]),
        ("data.d.d.id", [["data.d.d"]]),
        ("one(data.d.d[*].id)", [["data.d.d"]]),
        ("b.maybe[0].id", [["b.maybe"]]),
        ("try(b.maybe[0].id, null)", [["b.maybe"]]),
        ("one(b.maybe[*].id)", [["b.maybe"]]),
        ('join("", b.maybe[*].id)', [["b.maybe"]]),
        ("b.unsure[3].id", [["b.unsure"]]),
        ("module.m.id", [["module.m.b.inner"]]),
        ("module.many[1].id", [["module.many[1].b.inner"]]),
        ('module.each["k"].id', [['module.each["k"].b.inner']]),
        ("module.many[*].id", [["module.many[0].b.inner"], ["module.many[1].b.inner"]]),
        ("module.far.id", [["module.far"]]),
        ("terraform.workspace", [["terraform.workspace"]]),
    ],
)
def test_references_survive(module: Reader, text: str, references: list[list[str]]) -> None:
    found = module({
        "main.tf": f"""
variable "n" {{}}
variable "flag" {{}}
resource "b" "one" {{
  count = 2
}}
resource "b" "each" {{
  for_each = toset(["x", "y"])
}}
resource "b" "maybe" {{
  count = var.flag ? 1 : 0
}}
resource "b" "unsure" {{
  count = var.n
}}
data "d" "d" {{}}
module "m" {{
  source = "./m"
}}
module "many" {{
  source = "./m"
  count  = 2
}}
module "each" {{
  source   = "./m"
  for_each = {{ k = 1 }}
}}
module "far" {{
  source = "example/far/aws"
}}
resource "t" "n" {{
  x = {text}
}}
""",
        "m/main.tf": 'resource "b" "inner" {}\noutput "id" {\n  value = b.inner.id\n}',
    })  # fmt: skip
    assert [kind for kind, _ in found.problems] == ["missing-module"]
    value = found.value("t.n", "x")
    if isinstance(value, Unknown):
        assert sorted(set(value.references) - {"var.flag", "var.n"}) == sorted(references[0])
    else:
        assert [list(item.references) for item in value.items] == references  # type: ignore[attr-defined]


def test_the_workspace_is_not_known_and_stands_where_it_is_used(module: Reader) -> None:
    found = module("""
locals {
  days = { default = 1, prod = 30 }
}
resource "t" "n" {
  count = terraform.workspace == "prod" ? 1 : 0
  days  = local.days[terraform.workspace]
}
""")
    made = found.resource("t.n")
    assert isinstance(made.exists, Unknown)
    assert made.exists.span.line == 6
    days = found.value("t.n", "days")
    assert isinstance(days, Unknown)
    assert sorted(plain(one) for one in days.candidates) == [1, 30]  # type: ignore[type-var]


def test_a_data_source_gives_its_arguments_back(module: Reader) -> None:
    found = module("""
data "aws_iam_policy" "p" {
  arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
data "aws_s3_bucket" "s" {
  bucket = b.own.id
}
resource "t" "n" {
  arn    = data.aws_iam_policy.p.arn
  name   = data.aws_iam_policy.p.name
  bucket = data.aws_s3_bucket.s.bucket
}
resource "b" "own" {}
""")
    arn, name, bucket = (found.value("t.n", each) for each in ("arn", "name", "bucket"))
    assert (plain(arn), arn.span.line, [hop.line for hop in arn.trace]) == (
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        3,
        [9],
    )
    assert isinstance(name, Unknown)
    assert isinstance(bucket, Unknown)
    assert bucket.references == ("b.own", "data.aws_s3_bucket.s")


def test_a_managed_policy_that_is_looked_up_by_name_has_an_arn_that_ends_in_it(module: Reader) -> None:
    found = module("""
data "aws_iam_policy" "p" {
  name = "ReadOnlyAccess"
}
data "aws_iam_policy" "q" {
  name = aws_x.y.z
}
resource "t" "n" {
  arn   = data.aws_iam_policy.p.arn
  other = data.aws_iam_policy.q.arn
}
resource "aws_x" "y" {}
""")
    arn, other = (found.value("t.n", each) for each in ("arn", "other"))
    assert isinstance(arn, Unknown)
    assert isinstance(other, Unknown)
    assert (arn.pieces, arn.references) == ((None, "/ReadOnlyAccess"), ("data.aws_iam_policy.p",))
    assert other.pieces == ()


def test_what_a_resource_is_called_is_neither_null_nor_empty(module: Reader) -> None:
    found = module({
        "main.tf": 'resource "k" "k" {}\nmodule "m" {\n  source = "./m"\n  key = k.k.arn\n}',
        "m/main.tf": 'variable "key" {}\nresource "t" "n" {\n  count = var.key != null ? 1 : 0\n'
        '  a = var.key == "" ? 1 : 2\n  b = coalesce(var.key, "x")\n  c = k.other.size == null\n}\n'
        'resource "k" "other" {}',
    })  # fmt: skip
    assert found.problems == []
    assert found.addresses == ["k.k", "module.m.t.n[0]", "module.m.k.other"]
    assert [found.plain("module.m.t.n[0]", name) for name in "ac"] == [2, ...]
    key = found.value("module.m.t.n[0]", "b")
    assert isinstance(key, Unknown)
    assert key.references == ("k.k",)


def test_a_part_of_an_unknown_list_has_as_many_items_as_are_asked_for(module: Reader) -> None:
    found = module(
        'data "aws_availability_zones" "here" {}\n'
        "locals {\n  azs = slice(data.aws_availability_zones.here.names, 0, 3)\n}\n"
        'resource "aws_subnet" "s" {\n  count = length(local.azs)\n'
        '  cidr_block = cidrsubnet("10.0.0.0/16", 8, count.index)\n  availability_zone = local.azs[count.index]\n}\n'
    )
    assert found.problems == []
    assert found.addresses == [f"aws_subnet.s[{number}]" for number in range(3)]
    assert found.plain("aws_subnet.s[2]", "cidr_block") == "10.0.2.0/24"
    zone = found.value("aws_subnet.s[2]", "availability_zone")
    assert isinstance(zone, Unknown)
    assert zone.references == ("data.aws_availability_zones.here",)
