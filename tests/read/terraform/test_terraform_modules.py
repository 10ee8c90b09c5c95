from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from terraform_reading import Read, plain

from srm_lint.model.source import Tree
from srm_lint.model.value import Origin, Scalar, Unknown
from srm_lint.read.terraform import Inputs, read
from srm_lint.read.terraform.session import MAX_HINTS

Reader = Callable[..., Read]


# Variables


def test_defaults_types_and_conversion(module: Reader) -> None:
    found = module("""
variable "port" {
  type    = number
  default = "80"
}
variable "rules" {
  type = list(object({ name = string, port = optional(number, 443), tags = optional(map(string)) }))
  default = [{ name = 1, extra = true }, { name = "b", port = "22" }]
}
variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}
resource "t" "n" {
  port  = var.port
  rules = var.rules
  set   = var.set
}
""")
    assert found.problems == []
    assert found.plain("t.n", "port") == 80
    assert found.plain("t.n", "set") == ["a", "b"]
    assert found.plain("t.n", "rules") == [
        {"name": "1", "port": 443, "tags": None},
        {"name": "b", "port": 22, "tags": None},
    ]


def test_a_variable_without_a_value_is_unknown(module: Reader) -> None:
    found = module('variable "n" {}\nresource "t" "n" {\n  x = var.n\n}')
    value = found.value("t.n", "x")
    assert isinstance(value, Unknown)
    assert (value.reason, value.references) == ("var.n has no value", ("var.n",))
    assert (found.text(value.span), value.trace) == ("var.n", ())


def test_wrong_type_is_a_problem(module: Reader) -> None:
    found = module('variable "n" {\n  type = number\n  default = "many"\n}\nresource "t" "n" {\n  x = var.n\n}')
    assert found.problems == [("syntax", 'Invalid value for input variable "n": a number is required.')]
    assert found.plain("t.n", "x") is ...


def test_precedence_of_values(module: Reader, tmp_path: Path) -> None:
    files = {
        "main.tf": "\n".join(
            [f'variable "{name}" {{\n  default = "default"\n}}' for name in "abcdef"]
            + ['resource "t" "n" {', *[f"  {name} = var.{name}" for name in "abcdef"], "}"]
        ),
        "terraform.tfvars": "\n".join(f'{name} = "tfvars"' for name in "bcdef"),
        "terraform.tfvars.json": json.dumps({"f": "json"}),
        "z.auto.tfvars": "\n".join(f'{name} = "auto"' for name in "cde"),
        "given.tfvars": 'd = "file"\ne = "file"\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (configuration,) = read(
        [tmp_path], Tree(tmp_path), Inputs(variables={"e": "var"}, var_files=(tmp_path / "given.tfvars",))
    )
    found = Read(configuration)
    assert found.problems == []
    assert [found.plain("t.n", name) for name in "abcdef"] == ["default", "tfvars", "auto", "file", "var", "json"]


def test_text_from_the_command_line_is_read_as_its_type(module: Reader) -> None:
    found = module(
        'variable "s" {}\nvariable "n" {\n  type = number\n}\nvariable "l" {\n  type = list(string)\n}\n'
        'resource "t" "n" {\n  s = var.s\n  n = var.n\n  l = var.l\n}',
        s='["a"]', n="5", l='["a", "b"]',
    )  # fmt: skip
    assert [found.plain("t.n", name) for name in "snl"] == ['["a"]', 5, ["a", "b"]]


def test_sensitive_values_stay_so(module: Reader) -> None:
    found = module(
        'variable "p" {\n  sensitive = true\n  default = "x"\n}\n'
        'resource "t" "n" {\n  a = var.p\n  b = "p=${var.p}"\n'
        '  c = upper(var.p)\n  d = var.p == "x" ? 1 : 2\n  e = "x"\n}'
    )
    assert [found.value("t.n", name).sensitive for name in "abce"] == [True, True, True, False]


def test_a_null_default_that_is_used_is_no_mistake_of_the_files(module: Reader) -> None:
    found = module(
        'variable "on" {\n  default = null\n}\nvariable "set" {\n  default = null\n}\n'
        'resource "t" "a" {\n  count = var.on ? 1 : 0\n}\nresource "t" "b" {\n  for_each = var.set\n}\n'
        'resource "t" "c" {\n  x = "n-${var.on}"\n  y = join(",", var.set)\n  z = [for v in var.set : v]\n}'
    )
    assert found.problems == []
    assert found.addresses == ["t.a", "t.b", "t.c"]
    assert [found.plain("t.c", name) for name in "xyz"] == [..., ..., ...]


def test_null_is_not_set_and_not_nullable_takes_the_default(module: Reader) -> None:
    found = module({
        "main.tf": 'module "m" {\n  source = "./m"\n  a = null\n  b = null\n}',
        "m/main.tf": 'variable "a" {\n  default = 1\n}\nvariable "b" {\n  default = 1\n  nullable = false\n}\n'
        'resource "t" "n" {\n  a = var.a\n  b = var.b\n}',
    })  # fmt: skip
    assert found.plain("module.m.t.n", "a") is None
    assert found.plain("module.m.t.n", "b") == 1


# The way of a value


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


# References


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


# count, for_each and dynamic


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


# Modules


def test_modules_nest_and_pass(module: Reader) -> None:
    found = module({
        "main.tf": 'module "a" {\n  source = "./a"\n  for_each = toset(["x", "y"])\n  name = each.key\n}\n'
        'resource "t" "root" {\n  x = module.a["y"].out\n}',
        "a/main.tf": 'variable "name" {}\nmodule "b" {\n  source = "../b"\n  count = 2\n'
        '  name = "${var.name}${count.index}"\n}\n'
        'output "out" {\n  value = module.b[*].out\n}',
        "b/main.tf": 'variable "name" {}\nresource "t" "n" {\n  name = var.name\n}\n'
        'output "out" {\n  value = t.n.name\n}',
    })  # fmt: skip
    assert found.problems == []
    assert found.addresses == [
        "t.root",
        'module.a["x"].module.b[0].t.n',
        'module.a["x"].module.b[1].t.n',
        'module.a["y"].module.b[0].t.n',
        'module.a["y"].module.b[1].t.n',
    ]
    assert found.plain("t.root", "x") == ["y0", "y1"]
    assert set(found.configuration.sources) == {"main.tf", "a/main.tf", "b/main.tf"}


def test_resources_of_an_uncertain_module_are_uncertain(module: Reader) -> None:
    found = module({
        "main.tf": 'variable "on" {}\nmodule "a" {\n  source = "./a"\n  count = var.on ? 1 : 0\n}\n'
        'resource "t" "r" {\n  x = module.a[0].out\n}',
        "a/main.tf": 'resource "t" "n" {}\noutput "out" {\n  value = t.n.id\n}',
    })  # fmt: skip
    assert found.addresses == ["t.r", "module.a.t.n"]
    exists = found.resource("module.a.t.n").exists
    assert isinstance(exists, Unknown)
    assert exists.reason == "created only if var.on"
    value = found.value("t.r", "x")
    assert isinstance(value, Unknown)
    assert value.references == ("module.a.t.n",)


def test_only_folders_that_nobody_calls_are_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {
        "root/main.tf": 'module "a" {\n  source = "../a"\n}',
        "a/main.tf": 'module "b" {\n  source = "../b"\n}',
        "b/main.tf": 'variable "n" {}\nresource "t" "n" {\n  x = var.n\n}',
        "alone/main.tf": "",
        "c1/main.tf": 'module "x" {\n  source = "../c2"\n}',
        "c2/main.tf": 'module "x" {\n  source = "../c1"\n}',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    folders = [tmp_path / name.split("/")[0] for name in files]
    configurations = list(read(folders, Tree(tmp_path)))
    assert [each.name for each in configurations] == ["root", "alone", "c1"]
    (resource,) = configurations[0].resources
    assert resource.address == "module.a.module.b.t.n"
    value = resource.body.members["x"]
    assert isinstance(value, Unknown)
    assert value.references == ("module.a.module.b.var.n",)
    (problem,) = configurations[2].problems
    assert (problem.kind, problem.span.source) == ("unsupported", "c2/main.tf")


def test_a_problem_of_a_shared_module_is_reported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text('module "m" {\n  source = "../m"\n}')
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(
        'module "far" {\n  source = "x/y/z"\n}\nresource "t" "n" {\n  x = module.far.y\n}'
    )
    configurations = list(read([tmp_path / "a", tmp_path / "b"], Tree(tmp_path)))
    problems = [problem for each in configurations for problem in each.problems]
    assert [(problem.kind, problem.span.line) for problem in problems] == [("missing-module", 2)]
    assert "terraform init" in problems[0].message
    value = configurations[1].resources[0].body.members["x"]
    assert isinstance(value, Unknown)
    assert (value.reason, value.references) == ("module.m.module.far is not downloaded", ("module.m.module.far",))


@pytest.mark.parametrize(
    ("source", "message"),
    [("./gone", "does not exist"), ("../../outside", "outside"), ("./empty", "holds no Terraform file")],
)
def test_local_modules_that_are_not_there(module: Reader, tmp_path: Path, source: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    found = module(f'module "m" {{\n  source = "{source}"\n}}\nresource "t" "n" {{\n  x = module.m.y\n}}')
    ((kind, said),) = found.problems
    assert kind == "missing-module"
    assert message in said
    assert found.plain("t.n", "x") is ...


def test_a_module_that_calls_itself(module: Reader) -> None:
    found = module('module "m" {\n  source = "./"\n}\nresource "t" "n" {\n  x = 1\n}')
    assert [kind for kind, _ in found.problems] == ["unsupported"]
    assert found.addresses == ["t.n"]


def test_modules_that_nest_too_deep(module: Reader) -> None:
    files = {
        f"m{at}/main.tf": f'module "m" {{\n  source = "../m{at + 1}"\n}}\noutput "o" {{\n  value = module.m.o\n}}'
        for at in range(60)
    }
    files["m60/main.tf"] = 'output "o" {\n  value = 1\n}'
    files["main.tf"] = 'module "m" {\n  source = "./m0"\n}\nresource "t" "n" {\n  x = module.m.o\n}'
    found = module(files)
    assert [kind for kind, _ in found.problems] == ["limit"]
    assert found.plain("t.n", "x") is ...


def test_modules_that_nest_forty_deep_are_read(module: Reader) -> None:
    files = {
        f"m{at}/main.tf": f'variable "v" {{}}\nmodule "m" {{\n  source = "../m{at + 1}"\n  v = var.v\n}}\n'
        'output "o" {\n  value = module.m.o\n}'
        for at in range(40)
    }
    files["m40/main.tf"] = 'variable "v" {}\noutput "o" {\n  value = var.v\n}'
    files["main.tf"] = 'module "m" {\n  source = "./m0"\n  v = "deep"\n}\nresource "t" "n" {\n  x = module.m.o\n}'
    found = module(files)
    assert found.problems == []
    assert found.plain("t.n", "x") == "deep"


def test_downloaded_modules_are_read(module: Reader) -> None:
    found = module({
        "main.tf": 'module "far" {\n  source = "x/y/z"\n}\nmodule "near" {\n  source = "./near"\n}',
        "near/main.tf": 'module "far" {\n  source = "x/y/w"\n}',
        ".terraform/modules/modules.json": json.dumps({"Modules": [
            {"Key": "", "Source": "", "Dir": "."},
            {"Key": "far", "Source": "x/y/z", "Dir": ".terraform/modules/far"},
            {"Key": "near.far", "Source": "x/y/w", "Dir": ".terraform/modules/near.far"},
        ]}),
        ".terraform/modules/far/main.tf": 'resource "t" "n" {}',
        ".terraform/modules/near.far/main.tf": 'resource "t" "n" {}',
    })  # fmt: skip
    assert found.problems == []
    assert found.addresses == ["module.far.t.n", "module.near.module.far.t.n"]


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{}", '{"Modules": 1}', '{"Modules": [1]}', '{"Modules": [{"Key": "far", "Dir": "/etc"}]}']
)
def test_a_broken_manifest_is_as_none(module: Reader, manifest: str) -> None:
    found = module({"main.tf": 'module "far" {\n  source = "x/y/z"\n}', ".terraform/modules/modules.json": manifest})
    assert [kind for kind, _ in found.problems] == ["missing-module"]


# Files


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


CALLED = 'variable "name" {}\nvariable "size" {\n  default = 1\n}\n'


def test_arguments_that_a_module_does_not_take_or_lacks_are_told(module: Reader) -> None:
    found = module({"main.tf": 'module "m" {\n  source = "./m"\n  sise = 2\n  x_y_z = 3\n}\n', "m/main.tf": CALLED})
    assert [(problem.message, problem.span.line) for problem in found.configuration.problems] == [
        ('Missing required argument: module "m" needs a value for its variable "name".', 1),
        ('Unsupported argument: module "m" has no variable "sise"; did you mean "size"?', 3),
        ('Unsupported argument: module "m" has no variable "x_y_z".', 4),
    ]


def test_what_was_meant_is_looked_up_for_the_first_wrong_arguments_only(module: Reader) -> None:
    wrong = "".join(f"  sise_{number} = 2\n" for number in range(3 * MAX_HINTS))
    call = f'module "m" {{\n  source = "./m"\n  count = 2\n  name = "n"\n{wrong}}}\n'
    told = module({"main.tf": call, "m/main.tf": CALLED.replace("size", "size_0")}).configuration.problems
    hinted = [problem for problem in told if "did you mean" in problem.message]
    assert (len(told), len(hinted)) == (3 * MAX_HINTS, MAX_HINTS)


def test_what_a_broken_module_takes_is_not_known(module: Reader) -> None:
    call = 'module "m" {\n  source = "./m"\n  size = 2\n  other = 3\n}\n'
    found = module({"main.tf": call, "m/main.tf": CALLED + "locals {\n  a = \n}\n"})
    assert [problem.span.source for problem in found.configuration.problems] == ["m/main.tf"]


def test_count_and_for_each_together_are_told(module: Reader) -> None:
    found = module('resource "aws_a" "x" {\n  count = 1\n  for_each = { a = 1 }\n}\n')
    assert [message for _, message in found.problems] == [
        'Invalid combination of "count" and "for_each": only one of them may be used.'
    ]
    assert found.addresses == ["aws_a.x[0]"]


def test_ephemeral_values_are_marked(module: Reader) -> None:
    found = module(
        'variable "a" {\n  ephemeral = true\n  default = "x"\n}\n'
        'variable "b" {\n  ephemeral = false\n  default = "x"\n}\n'
        'resource "aws_a" "x" {\n  a = "-${var.a}"\n  b = var.b\n}\n'
    )
    assert found.value("aws_a.x", "a").sensitive
    assert not found.value("aws_a.x", "b").sensitive


def test_a_source_may_be_an_expression(module: Reader) -> None:
    call = 'locals {\n  kind = "m"\n}\nvariable "v" {}\nmodule "m" {\n  source = "./${local.kind}"\n  name = 1\n}\n'
    other = 'module "o" {\n  source = "./${var.v}"\n}\n'
    found = module({"main.tf": call + other, "m/main.tf": CALLED + 'resource "aws_a" "x" {\n  n = var.name\n}\n'})
    assert found.plain("module.m.aws_a.x", "n") == 1
    assert found.problems == [("missing-module", "a module call needs a source that is a known text")]


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


def test_an_output_may_have_a_type(module: Reader) -> None:
    outputs = (
        'output "a" {\n  value = "1"\n  type = number\n}\noutput "b" {\n  value = "x"\n  type = number\n}\n'
        'output "c" {\n  value = {}\n  type = object({ d = optional(string, "e") })\n}\n'
    )
    call = 'module "m" {\n  source = "./m"\n}\n'
    call += 'resource "t" "n" {\n  a = module.m.a\n  b = module.m.b\n  c = module.m.c.d\n}\n'
    found = module({"main.tf": call, "m/main.tf": outputs})
    assert (found.plain("t.n", "a"), found.plain("t.n", "b"), found.plain("t.n", "c")) == (1, ..., "e")
    assert [message for _, message in found.problems] == ['Invalid value for output "b": a number is required.']


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
