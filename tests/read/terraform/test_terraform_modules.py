"""Which modules are read, and what their calls give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from terraform_reading import Read

from srm_lint.model.source import Tree
from srm_lint.model.value import Unknown
from srm_lint.read.terraform import read
from srm_lint.read.terraform.session import MAX_HINTS

Reader = Callable[..., Read]
CALLED = 'variable "name" {}\nvariable "size" {\n  default = 1\n}\n'


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


def test_a_source_may_be_an_expression(module: Reader) -> None:
    call = 'locals {\n  kind = "m"\n}\nvariable "v" {}\nmodule "m" {\n  source = "./${local.kind}"\n  name = 1\n}\n'
    other = 'module "o" {\n  source = "./${var.v}"\n}\n'
    found = module({"main.tf": call + other, "m/main.tf": CALLED + 'resource "aws_a" "x" {\n  n = var.name\n}\n'})
    assert found.plain("module.m.aws_a.x", "n") == 1
    assert found.problems == [("missing-module", "a module call needs a source that is a known text")]


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
