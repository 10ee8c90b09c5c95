"""Terraform's JSON syntax: the same values as in HCL, each at its own place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from json_twin import twin
from terraform_reading import Read, plain

from srm_lint.library import built_in, policy_files
from srm_lint.model.resource import Language
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, Link, List, Object, Scalar, Unknown, Value, every_value
from srm_lint.normalize import normalize
from srm_lint.policy.loader import load_policies
from srm_lint.read.terraform.json_tree import MAX_DEPTH, MAX_NODES
from srm_lint.schema.loader import Schema

if TYPE_CHECKING:
    from conftest import Reader

RICH = r"""
variable "name" {
  type        = string
  description = "not a ${template}"
  default     = "logs"
}
variable "rules" {
  type = list(object({ port = number, open = optional(bool, true) }))
  default = [{ port = 22 }, { port = 80, open = false }]
}
variable "tags" {
  default = { Team = "a", "with space" = "b" }
}
locals {
  prefix = "${var.name}-\"quoted\"-é\n"
  upper  = [for rule in var.rules : rule.port if rule.open]
  merged = merge(var.tags, { (var.name) = "computed", fixed = null })
  branch = "%{ if length(local.upper) > 0 }some%{ else }none%{ endif }"
  raw    = "$${not} %%{a} template"
  script = <<-EOT
    #!/bin/sh
    echo "${var.name}"
  EOT
}
data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::${var.name}/*"]
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
resource "aws_s3_bucket" "logs" {
  bucket = local.prefix
  tags   = local.merged
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, bucket]
  }
}
resource "aws_s3_bucket_policy" "logs" {
  bucket     = aws_s3_bucket.logs.id
  policy     = data.aws_iam_policy_document.p.json
  depends_on = [aws_s3_bucket.logs]
}
resource "aws_security_group" "web" {
  for_each    = toset(["a", "b"])
  provider    = aws.west
  name        = "web-${each.key}"
  description = local.branch
  dynamic "ingress" {
    for_each = { for rule in var.rules : rule.port => rule }
    iterator = rule
    content {
      from_port   = rule.value.port
      to_port     = rule.key
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
  egress {
    from_port = 1
    self      = null
  }
  egress {
    from_port = 2.5
  }
}
resource "aws_instance" "web" {
  count     = 2
  user_data = local.script
  metadata_options {
    http_tokens = "required"
  }
  root_block_device {
    encrypted = true
    tags      = { a = count.index }
  }
  connection {
    type = "ssh"
  }
  note = [local.raw, aws_security_group.web["a"].egress[1].from_port, local.upper, -3, 1e3, true, null]
}
module "child" {
  source = "./child"
  size   = aws_instance.web[0].root_block_device[0].encrypted
}
output "all" {
  description = "${x}"
  value       = module.child
}
"""
CHILD = 'variable "size" {}\nresource "t" "n" {\n  size = var.size\n}\n'


def one(value: object) -> object:
    """Plain data in which a list of one object is that object: what JSON writes either way."""
    match value:
        case [dict() as only]:
            return one(only)
        case list():
            return [one(item) for item in value]
        case dict():
            return {name: one(member) for name, member in value.items()}
    return value


def bodies(found: Read) -> dict[str, object]:
    return {resource.address: plain(resource.body) for resource in found.configuration.resources}


@pytest.mark.parametrize("lists", [True, False])
def test_a_module_means_the_same_in_both_syntaxes(module: Reader, tmp_path: Path, *, lists: bool) -> None:
    child = {"child/main.tf": CHILD}
    written = module({"main.tf": RICH, **child})
    (tmp_path / "main.tf").unlink()
    found = module({"main.tf.json": twin(RICH, lists=lists), **child})
    assert found.problems == written.problems == []
    if lists:
        assert bodies(found) == bodies(written)
    else:
        assert one(bodies(found)) == one(bodies(written))
        assert found.plain("aws_instance.web[0]", "metadata_options") == {"http_tokens": "required"}
    assert found.plain("module.child.t.n", "size") is True
    assert [comment.text for comment in found.configuration.comments] == []


def seen(value: Value) -> object:
    """All that policies can see of a value, without its place."""
    match value:
        case Scalar(data=data):
            return data
        case Object(members=members):
            return {name: seen(member) for name, member in members.items()}
        case List(items=items):
            return [seen(item) for item in items]
        case Link(address=address):
            return ("link", address)
        case Unknown(reason=reason, references=references, candidates=candidates, pieces=pieces):
            return (reason, references, pieces, [seen(candidate) for candidate in candidates])
        case _:
            assert isinstance(value, Absent)
            return None


def situations() -> Iterator[tuple[str, str]]:
    """One situation of each policy, as HCL. python-hcl2 loses heredocs in calls."""
    for policy in load_policies(policy_files(built_in()), Schema()):
        texts = [each.texts[Language.TERRAFORM] for each in policy.examples if Language.TERRAFORM in each.texts]
        usable = [text for text in texts if "(<<" not in text]
        if usable:
            yield policy.id, max(usable, key=len)


def folded(data: object) -> object:
    """Blocks that are written once as maps: paths read both alike."""
    if isinstance(data, dict):
        return {name: folded(each) for name, each in data.items()}
    if isinstance(data, list):
        return folded(data[0]) if len(data) == 1 and isinstance(data[0], dict) else [folded(each) for each in data]
    return data


@pytest.mark.parametrize("lists", [True, False])
def test_policies_see_the_same_in_both_syntaxes(module: Reader, tmp_path: Path, *, lists: bool) -> None:
    schema = Schema()

    def entities(name: str, text: str) -> dict[str, object]:
        configuration = module({name: text}).configuration
        (tmp_path / name).unlink()
        assert configuration.problems == ()
        inventory = normalize(configuration, schema)
        # Of what the map does not know, nobody can tell blocks that are written once from maps.
        mapped = {at: one for at, one in inventory.entities.items() if not one.kind.startswith("terraform:")}
        return {address: folded(seen(entity.body)) for address, entity in mapped.items()}

    for policy, text in list(situations()):
        assert entities("main.tf.json", twin(text, lists=lists)) == entities("main.tf", text), policy


@pytest.mark.parametrize("indent", [None, 1, 8])
def test_every_literal_stands_where_it_is_written(module: Reader, indent: int | None) -> None:
    text = json.dumps(json.loads(twin(RICH, lists=False)), indent=indent)
    found = module({"main.tf.json": text, "child/main.tf": CHILD})
    bodies = [resource.body for resource in found.configuration.resources]
    spans = {
        (value.span, value.data)
        for value in every_value(bodies)
        if isinstance(value, Scalar) and value.span.source == "main.tf.json"
    }
    literals = [(found.text(span), data) for span, data in spans]
    checked = [(json.loads(text), data) for text, data in literals if text[:1] in '"tfn' and "{" not in text]
    assert len(checked) > 7
    for said, data in checked:
        assert said == data
    for resource in found.configuration.resources[:-1]:
        name = resource.address.split("[")[0].split(".")[-1]
        assert found.text(resource.span).startswith(f'"{name}":')
        assert found.text(resource.span).endswith("}")
        assert found.text(resource.body.span).split() == [f'"{name}":', "{"]
        for key, span in resource.body.keys.items():
            assert found.text(span).startswith(f'"{key}"')


def resource(body: str, **more: str) -> str:
    rest = "".join(f', "{name}": {text}' for name, text in more.items())
    return f'{{"resource": {{"t": {{"n": {body}}}}}{rest}}}'


Value_ = Callable[..., object]


@pytest.fixture
def x(module: Reader) -> Value_:
    """What `x` of a resource is worth."""

    def go(text: str, **more: str) -> object:
        found = module({"main.tf.json": resource(f'{{"x": {text}}}', **more)})
        assert found.problems == []
        return found.plain("t.n", "x")

    return go


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ('"a\\tb\\u00e9\\ud83d\\ude00"', "a\tbé😀"),
        ('"${1 + 1}"', 2),
        ('" ${1 + 1}"', " 2"),
        ('"${[1, 2]}"', [1, 2]),
        ('"${upper(\\"a\\\\nb\\")}"', "A\nB"),
        ('"\\\\n is no escape in ${\\"a\\"} template"', "\\n is no escape in a template"),
        ('"%{ for a in [1, 2] ~} ${a},%{ endfor }"', "1,2,"),
        ('"$${a} %%{b} $ { }"', "${a} %{b} $ { }"),
        ('"line\\n${1}\\n"', "line\n1\n"),
        ('"${<<EOT\\na\\nEOT\\n}"', "a\n"),
        ('{"${upper(\\"k\\")}": 1, "l": [{"m": null}]}', {"K": 1, "l": [{"m": None}]}),
        ('[1, "a", ["b"], {"c": "${1}"}]', [1, "a", ["b"], {"c": 1}]),
        ('["e\\u0301", "e\\u0301${1}"]', ["\u00e9", "\u00e91"]),
        ("[]", []),
        ("{}", {}),
        ("1.50", 1.5),
        ("-0.25e1", -2.5),
        ("null", None),
        ("false", False),
    ],
)
def test_values_are_expressions(x: Value_, text: str, worth: object) -> None:
    assert x(text) == worth


def test_what_is_literal_is_no_template(module: Reader) -> None:
    text = """{
      "variable": {"v": {"type": "map(string)", "description": "${a}", "default": {"${b}": "${c}"}}},
      "module": {"m": {"source": "./m", "version": "${d}", "providers": {"aws": "aws.west"}, "a": "${var.v}"}},
      "terraform": {"required_version": "${e}", "backend": {"s3": {"key": "${f}"}}},
      "provider": {"aws": [{"alias": "west", "region": "${var.v[\\"x\\"]}"}]},
      "output": {"o": {"description": "${g", "value": "${var.v}"}}
    }"""
    found = module({"main.tf.json": text, "m/main.tf": 'variable "a" {}\nresource "t" "n" {\n  x = var.a\n}'})
    assert found.problems == []
    assert found.plain("module.m.t.n", "x") == {"${b}": "${c}"}


@pytest.mark.parametrize(
    ("type_", "default", "worth"),
    [
        ("list(string)", "[1]", ["1"]),
        ("number", '"5"', 5),
        ("any", "{}", {}),
        ("object({a = optional(number, 3)})", "{}", {"a": 3}),
    ],
)
def test_types_of_variables(x: Value_, type_: str, default: str, worth: object) -> None:
    assert x('"${var.v}"', variable=f'{{"v": {{"type": "{type_}", "default": {default}}}}}') == worth


def test_comments_are_ignored_in_bodies_only(module: Reader) -> None:
    text = """{"//": "${top}", "locals": {"//": "${a}", "m": {"//": "kept"}},
      "resource": {"t": {"n": {"//": {"b": "${c}"}, "block": {"//": "${d}", "e": 1}, "x": "${local.m}"}}}}"""
    found = module({"main.tf.json": text})
    assert found.problems == []
    assert plain(found.resource("t.n").body) == {"block": {"e": 1}, "x": {"//": "kept"}}


@pytest.mark.parametrize(
    "body",
    [
        '{"b": {"c": 1}}',
        '{"b": [{"c": 1}]}',
        '[{"b": {"c": 1}}]',
    ],
)
@pytest.mark.parametrize("asked", ["b[0].c", "b.0.c", "b[*].c", "b.*.c"])
def test_blocks_that_are_written_once(module: Reader, body: str, asked: str) -> None:
    text = f'{{"resource": {{"t": {{"n": {body}, "o": {{"x": "${{t.n.{asked}}}"}}}}}}}}'
    found = module({"main.tf.json": text})
    assert found.problems == []
    assert one([found.plain("t.o", "x")]) in (1, [1], [[1]])


def test_an_object_may_be_a_block_or_a_map(module: Reader) -> None:
    text = """{"resource": {"t": {
      "n": {"tags": {"Name": "a", "none": null}, "b": {"in": {"d": 1}}},
      "o": {"name": "${t.n.tags.Name}", "index": "${t.n.tags[\\"Name\\"]}", "all": "${merge(t.n.tags, {z = 1})}",
            "deep": "${t.n.b[0].in[0].d}", "later": "${t.n.b[0].in[0].computed}"}}}}"""
    found = module({"main.tf.json": text})
    assert found.problems == []
    values = {name: found.plain("t.o", name) for name in ("name", "index", "deep", "later")}
    assert values == {"name": "a", "index": "a", "deep": 1, "later": ...}
    merged, tags = found.plain("t.o", "all"), found.value("t.n", "tags")
    assert merged == {"Name": "a", "none": ..., "z": 1}
    assert isinstance(tags, Object)
    assert plain(tags) == {"Name": "a", "none": None}
    assert isinstance(tags.members["none"], Absent)


def test_dynamic_blocks_inside_objects(module: Reader) -> None:
    dynamic = '{"in": {"for_each": ["a", "b"], "content": {"v": "${in.value}"}}}'
    text = resource(f'{{"out": {{"dynamic": {dynamic}, "in": {{"v": "first"}}}}, "dynamic": [{dynamic}]}}')
    found = module({"main.tf.json": text})
    assert found.problems == []
    assert found.plain("t.n", "in") == [{"v": "a"}, {"v": "b"}]
    out = found.plain("t.n", "out")
    assert isinstance(out, dict)
    assert sorted(each["v"] for each in out["in"]) == ["a", "b", "first"]


def test_several_blocks_of_one_name(module: Reader) -> None:
    text = """{"resource": {"t": {"n": {"b": {"c": 1}, "b": [{"c": 2}, {"c": 3}]}}},
      "resource": [{"t": {"o": {"x": 1}}}, {"t": {"p": [{"x": 2}]}}]}"""
    found = module({"main.tf.json": text})
    assert found.problems == []
    assert found.addresses == ["t.n", "t.o", "t.p"]
    assert found.plain("t.n", "b") == [{"c": 1}, {"c": 2}, {"c": 3}]


@pytest.mark.parametrize(
    "before", ["", "é", "\\u00e9", r"\ud83d\ude00 \"q\" ", "\\n\\n", "${1}\\t${2}", "$${a} ", "\\ud800", "😀\\\\"]
)
def test_places_behind_escapes(module: Reader, before: str) -> None:
    text = resource(f'{{"x": "{before}${{upper(var.gone)}} \\n"}}')
    found = module({"main.tf.json": text})
    (problem,) = found.configuration.problems
    assert found.text(problem.span) == "var.gone"


# Files


def test_both_syntaxes_make_one_module(module: Reader) -> None:
    found = module(
        {
            "a.tf": 'variable "v" {\n  default = 1\n}\nresource "t" "hcl" {\n  x = local.l\n}',
            "b.tf.json": resource('{"x": "${var.v}"}', locals='{"l": "${t.n.x + 1}"}'),
        }
    )
    assert found.problems == []
    assert (found.plain("t.hcl", "x"), found.plain("t.n", "x")) == (2, 1)


@pytest.mark.parametrize("name", ["override.tf.json", "x_override.tf.json", "override.tofu.json"])
def test_override_files(module: Reader, name: str) -> None:
    found = module(
        {
            "main.tf": 'resource "t" "n" {\n  x = 1\n  y = 2\n  tags = {\n    a = 1\n  }\n  b {\n    c = 1\n  }\n}',
            name: resource('{"x": 3, "tags": {"z": 1}, "b": {"c": 2}}'),
        }
    )
    assert found.problems == []
    assert plain(found.resource("t.n").body) == {"x": 3, "y": 2, "tags": {"z": 1}, "b": {"c": 2}}


def test_hcl_overrides_json_and_dynamic_blocks_by_their_type(module: Reader) -> None:
    dynamic = '"dynamic": {"b": {"for_each": [1], "content": {"c": 1}}, "d": {"for_each": [1], "content": {"e": 1}}}'
    found = module(
        {
            "main.tf.json": resource(f'{{"tags": {{"a": 1}}, {dynamic}}}'),
            "override.tf": 'resource "t" "n" {\n  tags = {\n    z = 1\n  }\n  b {\n    c = 2\n  }\n}',
        }
    )
    assert found.problems == []
    assert plain(found.resource("t.n").body) == {"tags": {"z": 1}, "b": [{"c": 2}], "d": [{"e": 1}]}


def test_files_of_opentofu_win(module: Reader) -> None:
    found = module(
        {
            "a.tf.json": resource('{"x": "terraform"}'),
            "a.tofu.json": resource('{"x": "opentofu"}'),
            "a.tf": 'resource "t" "other" {}',
            "b.tofu": 'resource "t" "b" {}',
            "b.tf.json": '{"resource": {"t": {"c": {}}}}',
        }
    )
    assert found.problems == []
    assert found.plain("t.n", "x") == "opentofu"
    assert sorted(found.addresses) == ["t.b", "t.c", "t.n", "t.other"]


def test_variable_files_are_literal(module: Reader) -> None:
    found = module(
        {
            "main.tf.json": resource('{"x": "${var.a}", "y": "${var.b}"}', variable='{"a": {}, "b": {}}'),
            "terraform.tfvars.json": '{\n  "//": "a comment",\n  "a": "${b} %{c",\n  "b": {"${k}": [1, null]}\n}',
        }
    )
    assert found.problems == []
    assert found.plain("t.n", "x") == "${b} %{c"
    assert found.plain("t.n", "y") == {"${k}": [1, None]}
    assert found.value("t.n", "x").span == Span("terraform.tfvars.json", 3, 8, 3, 18)


# What is wrong


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("", "is not JSON", ""),
        ('"x"', "an object that holds the blocks of this file is expected here", '"x"'),
        ('{"locals": {"a": 1,}}', "remove the comma", "}"),
        ('{"locals":\n {"a": 1 # one\n}}', "expected a comma", "#"),
        ('{"resource": 1}', "an object whose names are the labels of resource blocks is expected here", "1"),
        ('{"resource": {"t": [2]}}', "an object whose names are the labels of resource blocks", "2"),
        ('{"resource": {"t": {"n": "x"}}}', "an object with the contents of a resource block is expected here", '"x"'),
        ('{"resources": {}}', 'Unsupported block type: blocks of type "resources"', '"resources": {'),
        (resource('{"x": 1, "\\u0078": 2}'), 'the argument "x" was already set on line 1', '"\\u0078"'),
        (resource('{"x": {"${1}": 2, "a": 1, "\\u0061": 2}}'), '"a" was already set on line 1', '"\\u0061"'),
        (resource('{"x": 1, "\\u0078": {}}'), '"x" was already set on line 1', '"\\u0078"'),
        (resource('{"x": "a ${1 +} b"}'), "this string is not a valid template", "${1 +}"),
        (resource('{"x": "%{ if true }"}'), "this string is not a valid template", '"%{ if true }"'),
        (
            resource('{"x": "\\n_SRM_LINT_END_OF_TEMPLATE_\\nb = ${1}"}'),
            "this string is not a valid template",
            "b = ${1}",
        ),
        (resource('{"depends_on": ["a b"]}'), "this string is not a valid expression", "b"),
        (resource("{}", locals='[{"a": 1}, {"\\u0061": 1}]'), "was already defined", '"\\u0061"'),
        (resource("[{}, {}]"), "already declared", "{"),
        (resource('{"x": 1e999}'), "this number has more digits", "1e999"),
    ],
)
def test_mistakes_are_told_where_they_stand(module: Reader, text: str, message: str, at: str) -> None:
    found = module({"main.tf.json": text})
    (problem,) = found.configuration.problems
    assert message in problem.message
    assert found.text(problem.span) == at


def test_what_stands_before_a_syntax_error_is_read(module: Reader) -> None:
    text = '{"resource": {"t": {"a": {"x": 1}, "b": {"x": 2, "y": , "z": 3}, "c": {}}}}'
    found = module({"main.tf.json": text})
    assert [kind for kind, _ in found.problems] == ["syntax"]
    assert found.addresses == ["t.a", "t.b"]
    assert plain(found.resource("t.b").body) == {"x": 2, "y": ...}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (resource('{"x": ' + "[" * 50_000 + "]" * 50_000 + "}"), ["limit"]),
        (resource('{"a":' * 60_000 + "1" + "}" * 60_000), ["limit"]),
        (resource('{"a":' * (MAX_DEPTH - 3) + "1" + "}" * (MAX_DEPTH - 3)), []),
        (resource('{"x": [' + "0," * MAX_NODES + "0]}"), ["limit", "limit"]),
        (resource('{"x": ' + "9" * 5_000 + "}"), ["limit"]),
        (resource('{"x": "\\ud800", "\\udc00": "${\\"\\ud800\\"}"}'), []),
        (resource('{"x": "${' + "(" * 5_000 + '"}'), ["syntax"]),
        (resource('{"x": "${' + "[" * 500 + "]" * 500 + '}"}'), ["limit"]),
        (resource('{"x": "\\u0000${1}"}'), ["syntax"]),
        (resource("{" + ", ".join(f'"k{n}": {{"a": 1}}' for n in range(5_000)) + "}"), []),
    ],
)  # fmt: skip
def test_hostile_files(module: Reader, text: str, kinds: list[str]) -> None:
    found = module({"main.tf.json": text})
    assert [kind for kind, _ in found.problems] == kinds
    assert found.addresses == ["t.n"]
