"""Plans and states in JSON: values, what is unknown, places with and without sources, and what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plan_writing import block, change, constant, plan, refers, resource
from terraform_reading import Read

from srm_lint.model.source import Tree
from srm_lint.model.value import Absent, Object, Origin, Scalar, Unknown, Value
from srm_lint.read.terraform.plan import reader, recognition

Reader = Callable[..., Read]


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Writes a plan, and the sources beside it, and reads it."""
    monkeypatch.chdir(tmp_path)

    def go(document: Any, **sources: str) -> Read:
        text = document if isinstance(document, str) else json.dumps(document)
        (tmp_path / "plan.json").write_text(text, "utf-8")
        for name, source in sources.items():
            path = tmp_path / (name.replace("__", "/") + ".tf")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
        tree = Tree(tmp_path)
        found = reader.read(Path("plan.json"), tree, reader.Root(tmp_path, tree))
        assert found is not None
        return Read(found.configuration)

    return go


def unknown(value: Value) -> Unknown:
    assert isinstance(value, Unknown), value
    return value


def place(value: Value) -> tuple[str, int, int]:
    return value.span.source, value.span.line, value.span.column


# Values


def test_values_are_exact_and_what_is_null_or_an_unset_block_is_absent(planned: Reader) -> None:
    values = {
        "size": 20,
        "ratio": 0.1,
        "big": 12345678901234567890,
        "on": False,
        "name": None,
        "logging": [],
        "tags": {"a": "b", "c": None},
        "rule": [{"port": 22, "cidrs": ["10.0.0.0/8"], "inner": []}],
    }
    read = planned(plan({"resources": [resource("aws_x.y", values)]}, configured={"resources": [block("aws_x.y")]}))
    assert read.problems == []
    assert {name: read.plain("aws_x.y", name) for name in values} == {
        "size": 20,
        "ratio": 0.1,
        "big": 12345678901234567890,
        "on": False,
        "name": None,
        "logging": None,
        "tags": {"a": "b"},
        "rule": [{"port": 22, "cidrs": ["10.0.0.0/8"]}],
    }
    ratio = read.value("aws_x.y", "ratio")
    assert isinstance(ratio, Scalar)
    assert ratio.data == Decimal("0.1")


def test_an_empty_list_that_is_written_stays_one(planned: Reader) -> None:
    configured = {"resources": [block("aws_x.y", {"written": constant([]), "passed": refers("var.none")})]}
    values: dict[str, list[object]] = {"written": [], "passed": [], "other": []}
    read = planned(plan({"resources": [resource("aws_x.y", values)]}, configured=configured))
    assert [read.plain("aws_x.y", name) for name in values] == [[], [], None]


def test_what_nobody_wrote_is_a_default_of_the_provider(planned: Reader) -> None:
    written = {"on": constant(True), "rule": [{"port": constant(22)}], "list": constant([{"a": 1, "b": None}])}
    values = {"on": True, "off": False, "rule": [{"port": 22, "self": False}], "list": [{"a": 1, "b": "x"}]}
    root = {"resources": [resource("aws_x.y", values)]}
    read = planned(plan(root, configured={"resources": [block("aws_x.y", written)]}))
    rule = read.value("aws_x.y", "rule")
    listed = read.value("aws_x.y", "list")
    origins = [
        read.value("aws_x.y", "on").origin,
        read.value("aws_x.y", "off").origin,
        *(member.origin for member in rule.items[0].members.values()),  # type: ignore[attr-defined]
        *(member.origin for member in listed.items[0].members.values()),  # type: ignore[attr-defined]
    ]
    assert origins == [Origin.WRITTEN, Origin.DEFAULT] * 3


def test_what_is_known_only_after_apply_is_unknown_where_somebody_wrote_it(planned: Reader) -> None:
    configured = {
        "resources": [
            block("aws_x.y", {"bucket": refers("aws_b.b.id", "aws_b.b"), "rule": [{"key": refers("aws_k.k.arn")}]}),
            block("aws_b.b"),
        ]
    }
    root = {"resources": [resource("aws_x.y", {"rule": [{"on": True}]}), resource("aws_b.b")]}
    marks = {"bucket": True, "computed": True, "rule": [{"key": True}], "tags": {}}
    read = planned(plan(root, [change("aws_x.y", marks)], configured))
    bucket = unknown(read.value("aws_x.y", "bucket"))
    assert bucket.references == ("aws_b.b",)
    assert bucket.reason == "aws_x.y.bucket is known only after apply"
    assert read.plain("aws_x.y", "rule") == [{"on": True, "key": ...}]
    assert isinstance(read.value("aws_x.y", "computed"), Absent)


def test_a_whole_block_known_only_after_apply_is_unknown(planned: Reader) -> None:
    configured = {"resources": [block("aws_x.y", {"rules": refers("aws_b.b.rules", "aws_b.b")})]}
    read = planned(plan({"resources": [resource("aws_x.y")]}, [change("aws_x.y", {"rules": True})], configured))
    assert unknown(read.value("aws_x.y", "rules")).references == ("aws_b.b",)


def test_items_known_only_after_apply_are_unknown_in_their_list(planned: Reader) -> None:
    configured = {"resources": [block("aws_x.y", {"ids": refers("aws_b.b.id", "aws_b.b")})]}
    root = {"resources": [resource("aws_x.y", {"ids": ["sg-1", None]})]}
    read = planned(plan(root, [change("aws_x.y", {"ids": [False, True]})], configured))
    assert read.plain("aws_x.y", "ids") == ["sg-1", ...]


def test_a_plan_without_its_configuration_leaves_open_what_is_not_known(planned: Reader) -> None:
    read = planned(plan({"resources": [resource("aws_x.y")]}, [change("aws_x.y", {"kms_key_id": True})]))
    assert unknown(read.value("aws_x.y", "kms_key_id")).references == ()


def test_only_what_will_be_there_is_judged(planned: Reader) -> None:
    data = resource("data.aws_x.read", {"json": "{}"}) | {"mode": "data"}
    root = {"resources": [resource("aws_x.kept"), resource("aws_x.replaced", {"a": "new"}), data]}
    changes = [
        change("aws_x.kept", None, "no-op"),
        change("aws_x.replaced", None, "delete", "create"),
        change("aws_x.replaced", {"a": True}, "delete", deposed="00000000"),
        change("aws_x.gone", None, "delete"),
    ]
    read = planned(
        plan(root, changes, prior_state={"values": {"root_module": {"resources": [resource("aws_x.gone")]}}})
    )
    assert read.addresses == ["aws_x.kept", "aws_x.replaced"]
    assert read.plain("aws_x.replaced", "a") == "new"


def test_a_state_tells_what_there_is(planned: Reader) -> None:
    child = {"address": "module.m", "resources": [resource("module.m.aws_x.z", {"b": 1})]}
    root = {"resources": [resource("aws_x.y", {"a": 1, "block": []})], "child_modules": [child]}
    read = planned({"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": root}})
    assert read.addresses == ["aws_x.y", "module.m.aws_x.z"]
    assert (read.plain("aws_x.y", "a"), read.plain("aws_x.y", "block")) == (1, None)
    assert read.value("aws_x.y", "a").origin is Origin.WRITTEN


# What is sensitive


def test_sensitive_values_are_marked_wherever_they_stand(planned: Reader) -> None:
    values = {"key": "hunter2hunter2", "map": {"inner": "deep-secret", "open": "x"}, "output": "hunter2hunter2"}
    configured = {"resources": [block("aws_x.y", {"key": constant("hunter2hunter2"), "map": constant({})})]}
    root = {"resources": [resource("aws_x.y", values, sensitive={"key": True, "map": {"inner": True}})]}
    read = planned(plan(root, configured=configured))
    inner = read.value("aws_x.y", "map")
    assert isinstance(inner, Object)
    marked = [read.value("aws_x.y", "key"), inner.get("inner"), inner.get("open"), read.value("aws_x.y", "output")]
    assert [value.sensitive for value in marked] == [True, True, False, True]


def test_a_secret_that_is_given_is_not_one_that_is_written(planned: Reader) -> None:
    configured = {
        "variables": {"given": {"sensitive": True}, "spelt_out": {"default": "in-the-files"}},
        "resources": [
            block("aws_x.y", {"a": refers("var.given"), "b": refers("var.spelt_out"), "c": constant("literal")})
        ],
    }
    values = {"a": "from-outside", "b": "in-the-files", "c": "literal", "made": "by-the-provider"}
    root = {"resources": [resource("aws_x.y", values, sensitive=dict.fromkeys(values, True))]}
    variables = {"given": {"value": "from-outside"}, "spelt_out": {"value": "in-the-files"}}
    read = planned(plan(root, configured=configured, variables=variables))
    assert [read.plain("aws_x.y", name) for name in values] == [..., "in-the-files", "literal", ...]
    assert unknown(read.value("aws_x.y", "a")).references == ("var.given",)


def test_the_text_of_a_plan_is_not_kept(planned: Reader) -> None:
    read = planned(plan({"resources": [resource("aws_x.y", {"a": "secret"})]}))
    assert [source.text for source in read.configuration.sources.values()] == [""]


# References


def test_references_lead_through_variables_and_outputs_of_modules(planned: Reader) -> None:
    inner = {
        "outputs": {"id": {"expression": refers("aws_b.this.id", "aws_b.this")}},
        "resources": [block("aws_b.this"), block("aws_k.user", {"key": refers("var.key")})],
        "variables": {"key": {}},
    }
    configured = {
        "resources": [
            block("aws_k.key"),
            block("aws_p.one", {"bucket": refers('module.m["a"].id', 'module.m["a"]')}),
            block(
                "aws_p.each", {"bucket": refers("each.value.id", "each.value")}, for_each_expression=refers("module.m")
            ),
            block("aws_p.keyed", {"bucket": refers("module.m", "each.key")}, for_each_expression=refers("local.x")),
        ],
        "module_calls": {
            "m": {
                "source": "./m",
                "expressions": {"key": refers("aws_k.key.arn", "aws_k.key")},
                "for_each_expression": refers("local.names"),
                "module": inner,
            }
        },
    }
    modules = [
        {
            "address": f'module.m["{key}"]',
            "resources": [resource(f'module.m["{key}"].aws_b.this'), resource(f'module.m["{key}"].aws_k.user')],
        }
        for key in ("a", "b.c")
    ]
    one, each = resource("aws_p.one"), resource('aws_p.each["b.c"]') | {"type": "aws_p", "name": "each", "index": "b.c"}
    root = {"resources": [resource("aws_k.key"), one, each], "child_modules": modules}
    users = [f'module.m["{key}"].aws_k.user' for key in ("a", "b.c")]
    changes = [
        change("aws_p.one", {"bucket": True}),
        change('aws_p.each["b.c"]', {"bucket": True}),
        *(change(user, {"key": True}) for user in users),
    ]
    read = planned(plan(root, changes, configured))
    assert unknown(read.value("aws_p.one", "bucket")).references == ('module.m["a"].aws_b.this',)
    assert unknown(read.value('aws_p.each["b.c"]', "bucket")).references == ('module.m["b.c"].aws_b.this',)
    assert [unknown(read.value(user, "key")).references for user in users] == [("aws_k.key",)] * 2


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        (["aws_b.b", "count.index"], ("aws_b.b[1]",)),
        (["aws_b.b[0].id", "aws_b.b[0]", "aws_b.b"], ("aws_b.b[0]", "aws_b.b[1]")),
        (["aws_b.b[0].id", "aws_b.b[0]"], ("aws_b.b[0]",)),
        (["data.aws_d.d.id", "data.aws_d.d", "local.x", "path.module", "each.key"], ("data.aws_d.d",)),
        (["module.none.id", "var.x", "aws_b"], ("var.x",)),
    ],
)
def test_the_instance_of_the_same_key_is_meant(
    planned: Reader, references: list[str], expected: tuple[str, ...]
) -> None:
    configured = {"resources": [block("aws_x.y", {"a": refers(*references)}), block("aws_b.b")]}
    root = {"resources": [*(resource(f"aws_{kind}[{n}]") for kind in ("b.b", "x.y") for n in (0, 1))]}
    read = planned(plan(root, [change("aws_x.y[1]", {"a": True})], configured))
    assert unknown(read.value("aws_x.y[1]", "a")).references == expected


def test_references_in_circles_end(planned: Reader) -> None:
    inner = {"outputs": {"o": {"expression": refers("var.v")}}, "variables": {"v": {}}}
    call = {"source": "./m", "expressions": {"v": refers("module.m.o", "module.m")}, "module": inner}
    configured = {"resources": [block("aws_x.y", {"a": refers("module.m.o")})], "module_calls": {"m": call}}
    read = planned(plan({"resources": [resource("aws_x.y")]}, [change("aws_x.y", {"a": True})], configured))
    assert unknown(read.value("aws_x.y", "a")).references == ()


# Places


def test_without_sources_a_resource_stands_where_its_address_does(planned: Reader) -> None:
    child = {"address": "module.m", "resources": [resource('module.m.aws_x.z["é\\"]'.replace("\\", ""), {"a": 1})]}
    values = {"address": "aws_x.second", "a": 1}
    document = plan({"resources": [resource("aws_x.y", values), resource("aws_x.second")], "child_modules": [child]})
    text = json.dumps(document, indent=2, ensure_ascii=False)
    read = planned(text)
    lines = text.split("\n")
    for address in ("aws_x.y", 'module.m.aws_x.z["é"]'):
        span = read.resource(address).span
        assert json.loads(lines[span.line - 1][span.column - 1 : span.end_column - 1]) == address
        assert read.value(address, "a").span == span
        assert lines[span.line - 1].strip().startswith('"address": ')


def test_with_sources_values_stand_where_they_are_written(planned: Reader) -> None:
    main = (
        'variable "acl" {\n  default = false\n}\n'
        'resource "aws_x" "y" {\n'
        "  a = var.acl\n"
        '  b = "yes"\n'
        "  nothing = null\n"
        "  rule {\n    port = 22\n  }\n"
        "  rule {\n    port = 80\n    open = true\n  }\n"
        "}\n"
    )
    values = {
        "a": False,
        "b": "yes",
        "c": "computed",
        "nothing": None,
        "rule": [{"port": 80, "open": True}, {"port": 22}],
    }
    read = planned(plan({"resources": [resource("aws_x.y", values)]}, variables={"acl": {"value": False}}), main=main)
    at = {name: place(read.value("aws_x.y", name)) for name in values}
    assert at["a"] == ("main.tf", 2, 13)
    assert [hop.line for hop in read.value("aws_x.y", "a").trace] == [5]
    assert at["b"] == ("main.tf", 6, 7)
    assert (at["c"], read.value("aws_x.y", "c").origin) == (("main.tf", 4, 1), Origin.DEFAULT)
    assert at["nothing"] == ("main.tf", 7, 13)
    rule = read.value("aws_x.y", "rule")
    ports = [item.get("port") for item in rule.items]  # type: ignore[attr-defined]
    assert [(port.data, place(port)[1]) for port in ports] == [(80, 12), (22, 9)]
    assert read.resource("aws_x.y").span.line == 4
    assert [comment.span.source for comment in read.configuration.comments] == []


def test_values_of_modules_stand_where_their_callers_wrote_them(planned: Reader) -> None:
    main = (
        'module "m" {\n  source   = "./m"\n  for_each = toset(["a", "b"])\n'
        '  open     = each.key == "a"\n  size     = 5\n}\n'
    )
    inner = (
        'variable "open" {}\nvariable "size" {}\n'
        'resource "aws_x" "y" {\n  count = 2\n  open = var.open\n  size = var.size + count.index\n}\n'
    )
    addresses = [f'module.m["{key}"].aws_x.y[{n}]' for key in "ab" for n in (0, 1)]
    modules = [
        {
            "address": f'module.m["{key}"]',
            "resources": [
                resource(f'module.m["{key}"].aws_x.y[{n}]', {"open": key == "a", "size": 5 + n}) for n in (0, 1)
            ],
        }
        for key in "ab"
    ]
    read = planned(plan({"child_modules": modules}), main=main, m__main=inner)
    assert read.addresses == addresses
    assert {place(read.value(address, "open")) for address in addresses} == {("main.tf", 4, 14)}
    assert place(read.value(addresses[0], "size")) == ("m/main.tf", 6, 10)
    assert {read.resource(address).span.source for address in addresses} == {"m/main.tf"}


def test_variables_have_the_values_that_the_plan_was_made_with(planned: Reader) -> None:
    main = (
        'variable "names" {\n  default = []\n}\nvariable "pw" {}\n'
        'resource "aws_x" "y" {\n  for_each = toset(var.names)\n  name = each.key\n  pw = var.pw\n}\n'
    )
    variables = {"names": {"value": ["a", "b"]}, "pw": {"value": "from-outside"}}
    resources = [
        resource(f'aws_x.y["{key}"]', {"name": key, "pw": "from-outside"}, sensitive={"pw": True}) for key in "ab"
    ]
    read = planned(plan({"resources": resources}, variables=variables), main=main)
    assert place(read.value('aws_x.y["b"]', "name")) == ("main.tf", 1, 1)
    assert read.plain('aws_x.y["b"]', "name") == "b"
    assert read.plain('aws_x.y["b"]', "pw") is ...


def test_what_is_unknown_is_as_much_known_as_the_sources_know(planned: Reader) -> None:
    main = (
        'locals {\n  bucket = aws_b.b.id\n}\nresource "aws_b" "b" {}\n'
        'resource "aws_p" "p" {\n  bucket = local.bucket\n'
        '  policy = jsonencode({ Statement = [{ Action = "s3:*", Resource = aws_b.b.arn }] })\n'
        '  dynamic "rule" {\n    for_each = aws_b.b.rules\n    content {\n      on = true\n    }\n  }\n}\n'
    )
    configured = {"resources": [block("aws_b.b"), block("aws_p.p", {"bucket": refers("local.bucket"), "policy": {}})]}
    marks = {"bucket": True, "policy": True, "rule": True, "id": True}
    read = planned(
        plan({"resources": [resource("aws_b.b"), resource("aws_p.p")]}, [change("aws_p.p", marks)], configured),
        main=main,
    )
    assert unknown(read.value("aws_p.p", "bucket")).references == ("aws_b.b",)
    assert isinstance(unknown(read.value("aws_p.p", "policy")).encodes, Object)
    assert read.plain("aws_p.p", "rule") == [...]
    assert isinstance(read.value("aws_p.p", "id"), Absent)


def test_instances_that_the_sources_cannot_count_are_those_of_the_plan(planned: Reader) -> None:
    main = (
        'variable "keys" {}\nresource "aws_b" "b" {\n  for_each = toset(data.aws_d.d.names)\n}\n'
        'data "aws_d" "d" {}\n'
        'resource "aws_p" "p" {\n  for_each = aws_b.b\n  bucket = each.value.id\n}\n'
    )
    resources = [resource(f'aws_{kind}["{key}"]') for kind in ("b.b", "p.p") for key in "ab"]
    configured = {
        "resources": [
            block("aws_b.b"),
            block("aws_p.p", {"bucket": refers("each.value.id", "each.value")}, for_each_expression=refers("aws_b.b")),
        ]
    }
    read = planned(plan({"resources": resources}, [change('aws_p.p["a"]', {"bucket": True})], configured), main=main)
    assert 'aws_b.b["a"]' in unknown(read.value('aws_p.p["a"]', "bucket")).references
    assert place(read.value('aws_p.p["a"]', "bucket"))[:2] == ("main.tf", 8)


def test_the_text_of_a_policy_keeps_the_places_of_its_parts(planned: Reader) -> None:
    main = (
        'resource "aws_p" "p" {\n  policy = jsonencode({\n    Statement = [{\n      Action = "s3:*"\n'
        '      Resource = "${var.arn}/*"\n    }]\n  })\n}\nvariable "arn" {}\n'
    )
    policy = '{"Statement":[{"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}]}'
    document = plan(
        {"resources": [resource("aws_p.p", {"policy": policy})]}, variables={"arn": {"value": "arn:aws:s3:::b"}}
    )
    value = planned(document, main=main).value("aws_p.p", "policy")
    assert isinstance(value, Scalar)
    assert value.data == policy
    assert isinstance(value.encodes, Object)
    (statement,) = value.encodes.get("Statement").items  # type: ignore[attr-defined]
    assert place(statement.get("Action")) == ("main.tf", 4, 16)
    assert (statement.get("Resource").data, place(statement.get("Resource"))[1]) == ("arn:aws:s3:::b/*", 5)


def test_json_that_the_provider_wrote_anew_keeps_the_places_of_its_parts(planned: Reader) -> None:
    main = 'resource "aws_p" "p" {\n  policy = <<-EOT\n    {\n      "b": 1,\n      "a": 2\n    }\n  EOT\n}\n'
    value = planned(plan({"resources": [resource("aws_p.p", {"policy": '{"a":2,"b":1}'})]}), main=main).value(
        "aws_p.p", "policy"
    )
    assert isinstance(value, Scalar)
    assert (value.data, value.span.end_line) == ('{\n  "b": 1,\n  "a": 2\n}\n', 7)


DIGEST = "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33"
"""The SHA-1 of "foo"."""


@pytest.mark.parametrize(
    ("written", "expression", "expected"),
    [
        ('"foo"', None, "foo"),
        ('"Zm9v"', None, "Zm9v"),
        ("var.later", None, ...),
        ('"bar"', None, ...),
        (None, constant("foo"), "foo"),
        (None, constant("bar"), ...),
        (None, None, ...),
    ],
)
def test_of_a_hash_the_text_is_judged(planned: Reader, written: str | None, expression: Any, expected: object) -> None:
    sources = {"main": f'resource "aws_x" "y" {{\n  user_data = {written}\n}}\nvariable "later" {{}}\n'}
    configured = {"resources": [block("aws_x.y", {"user_data": expression} if expression else None)]}
    document = plan({"resources": [resource("aws_x.y", {"user_data": DIGEST, "name": DIGEST})]}, configured=configured)
    read = planned(document, **(sources if written else {}))
    assert read.plain("aws_x.y", "user_data") == expected
    assert read.plain("aws_x.y", "name") == DIGEST


def test_what_was_written_after_the_plan_was_made_is_read_from_the_sources(planned: Reader) -> None:
    main = (
        'resource "aws_x" "y" {}\nresource "aws_x" "later" {\n  a = 1\n}\nresource "aws_x" "none" {\n  count = 0\n}\n'
        'module "m" {\n  source = "./m"\n}\n'
    )
    configured = {"resources": [block("aws_x.y"), block("aws_x.none")]}
    read = planned(
        plan({"resources": [resource("aws_x.y")]}, configured=configured),
        main=main,
        m__main='resource "aws_x" "z" {}\n',
    )
    assert read.addresses == ["aws_x.y", "aws_x.later", "module.m.aws_x.z"]


def test_sources_of_something_else_are_none(planned: Reader) -> None:
    read = planned(
        plan({"resources": [resource("aws_x.y", {"a": 1})]}), main='resource "aws_x" "other" {\n  a = 1\n}\n'
    )
    assert (read.addresses, list(read.configuration.sources)) == (["aws_x.y"], ["plan.json"])


# What cannot be read


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ('{"format_version":"2.0","terraform_version":"9","planned_values":{}}', "unsupported", "format_version 2.0"),
        ('{"terraform_version":"9","planned_values":{}}', "unsupported", "of none"),
        ('{"format_version":"1.2","terraform_version":"1","resource_changes":[]}', "unsupported", "planned_values"),
        ('{"format_version":"1.2","planned_values":{"root_module":[]}}', "unsupported", "root_module"),
        ('{"format_version":"1.2","terraform_version":"1","values":[]}', "unsupported", "$.values"),
        ('{"format_version":"1.2",\n "planned_values":{', "syntax", "is not JSON"),
        ('{"format_version":"1.2","planned_values":{"x":NaN}}', "syntax", "is not JSON"),
        (
            '{"format_version":"1.2","planned_values":{},"variables":{"v":{"value":' + deep(100_000) + "}}}",
            "limit",
            "deep",
        ),
        (
            '{"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"a.b","type":"a","name":"b",'
            '"values":{"n":1e99999}}]}}}',
            "limit",
            "number",
        ),
    ],
)
def test_what_cannot_be_read_is_told(planned: Reader, text: str, kind: str, words: str) -> None:
    read = planned(text)
    ((found, message),) = read.problems
    assert (found, words in message) == (kind, True), message
    assert read.addresses == []


def test_broken_json_is_told_where_it_breaks(planned: Reader) -> None:
    (problem,) = planned('{\n  "format_version": "1.2",\n  "values" {}\n}').configuration.problems
    assert (problem.span.line, problem.span.column) == (3, 12)


def test_values_that_nest_too_deep_are_unknown(planned: Reader) -> None:
    text = json.dumps(plan({"resources": [resource("aws_x.y", {"deep": "HERE", "flat": 1})]}))
    read = planned(text.replace('"HERE"', deep(300).replace("[]", "[1]")))
    assert read.problems == []
    value = read.value("aws_x.y", "deep")
    while not isinstance(value, Unknown):
        (value,) = value.items  # type: ignore[attr-defined]
    assert "levels deep" in value.reason
    assert read.plain("aws_x.y", "flat") == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [({"errored": True}, "failed"), ({"deferred_changes": [{"reason": "unknown"}]}, "defers 1 change,")],
)
def test_a_plan_of_a_part_says_so(planned: Reader, more: dict[str, Any], words: str) -> None:
    ((_, message),) = planned(plan({"resources": [resource("aws_x.y")]}, **more)).problems
    assert words in message


@pytest.mark.parametrize(
    "text",
    [
        '{"format_version":"1.0","provider_schemas":{"values":{}}}',
        '{"format_version":"1","values":[1],"Resources":{"B":{"Type":"AWS::S3::Bucket"}}}',
        '{"AWSTemplateFormatVersion":"2010-09-09","Metadata":{"format_version":"1","terraform_version":"1"}}',
    ],
)
def test_other_json_is_no_plan(tmp_path: Path, text: str) -> None:
    assert recognition.may_be_ours(text.encode())
    (tmp_path / "x.json").write_text(text)
    tree = Tree(tmp_path)
    assert reader.read(tmp_path / "x.json", tree, reader.Root(tmp_path, tree)) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 26 + b"tfplan", "binary"),
        (b'{"@level":"info","@message":"Terraform 1.11.4","type":"version"}\n{"@level":"info"}\n', "log"),
        (b'{"version": 4, "terraform_version": "1.9", "serial": 1, "lineage": "x"}', "state file"),
    ],
)
def test_what_terraform_writes_otherwise_is_told_apart(data: bytes, words: str) -> None:
    message = recognition.foreign(data)
    assert message is not None
    assert words in message
    assert "show -json" in message
    assert not recognition.may_be_ours(data)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a zip", b"resource {}", b"[1]", b'{"a": 1}'])
def test_what_is_something_else_is_not(data: bytes) -> None:
    assert recognition.foreign(data) is None
    assert not recognition.may_be_ours(data)
