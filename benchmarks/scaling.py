"""Measure how reading and checking Terraform grows with the number of resources, beside tfparse (an evaluator in Go).

    python benchmarks/scaling.py [--size 100 1000 10000] [--depth 1 2 4 8] [--repeat 3] [--keep FOLDER]

Roots are generated in a temporary folder: one per size, with a realistic mix of resources, and one per depth, with
modules that call modules and hand everything through. In each round, each program runs once on the same root in a
process of its own: our reader alone (every argument evaluated), tfparse, and the whole `srm-lint check`. The first
round warms caches and is not counted. Shown are the median wall time and the largest peak memory, the time divided by
tfparse's, and the exponent by which time grows from one size to the next, what an empty root costs taken off: 1 is
linear, 2 is quadratic. A reader that does not see all the resources exits with 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

from compare import Cost, measure_pairs

BATCH = 18
"""How many resources one batch has: what a small service is made of."""

_SHARED = """
variable "environment" {
  type    = string
  default = "prod"
}
variable "ports" {
  type    = list(object({ port = number, open = optional(bool, false) }))
  default = [{ port = 443, open = true }, { port = 8080 }]
}
locals {
  prefix  = "acme-${var.environment}"
  tags    = merge({ Owner = "platform", Environment = var.environment }, { for key in ["a", "b"] : "P-${key}" => key })
  subnets = { a = "10.0.1.0/24", b = "10.0.2.0/24", c = cidrsubnet("10.0.0.0/16", 8, 3) }
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = local.tags
}
"""

_BATCH = """
locals {
  name_@  = format("%s-%04d", local.prefix, @)
  tags_@  = merge(local.tags, { Name = local.name_@, Service = "service-@" })
  names_@ = toset(["orders", "invoices", "dead-letters"])
}
data "aws_iam_policy_document" "d@" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [aws_s3_bucket.b@.arn, "${aws_s3_bucket.b@.arn}/*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.r@.arn]
    }
  }
}
resource "aws_s3_bucket" "b@" {
  bucket = "${local.name_@}-data"
  tags   = merge(local.tags_@, { Kind = upper("bucket") })
}
resource "aws_s3_bucket_public_access_block" "b@" {
  bucket                  = aws_s3_bucket.b@.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_versioning" "b@" {
  bucket = aws_s3_bucket.b@.id
  versioning_configuration {
    status = var.environment == "prod" ? "Enabled" : "Suspended"
  }
}
resource "aws_s3_bucket_policy" "b@" {
  bucket = aws_s3_bucket.b@.id
  policy = data.aws_iam_policy_document.d@.json
}
resource "aws_iam_role" "r@" {
  name = "${local.name_@}-role"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
  tags = local.tags_@
}
resource "aws_iam_role_policy" "r@" {
  role   = aws_iam_role.r@.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for name in sort(local.names_@) : {
      Effect = "Allow", Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.q@[name].arn
    }]
  })
}
resource "aws_subnet" "s@" {
  for_each          = local.subnets
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value
  availability_zone = "eu-west-1${each.key}"
  tags              = merge(local.tags_@, { Name = "${local.name_@}-${each.key}" })
}
resource "aws_security_group" "g@" {
  name   = "${local.name_@}-web"
  vpc_id = aws_vpc.main.id
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ingress.value.open ? ["0.0.0.0/0"] : values(local.subnets)
    }
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.0.0.0/8"]
  }
  tags = local.tags_@
}
resource "aws_instance" "i@" {
  count                  = 4
  ami                    = "ami-0123456789abcdef0"
  instance_type          = count.index == 0 ? "m5.large" : "t3.micro"
  subnet_id              = element(values(aws_subnet.s@)[*].id, count.index)
  vpc_security_group_ids = [aws_security_group.g@.id]
  metadata_options {
    http_tokens = "required"
  }
  user_data = <<-EOT
    #!/bin/sh
    echo ${local.name_@}-${count.index} > /etc/hostname
  EOT
  tags = merge(local.tags_@, { Name = format("%s-%02d", local.name_@, count.index) })
}
resource "aws_sqs_queue" "q@" {
  for_each                = local.names_@
  name                    = "${local.name_@}-${each.key}"
  sqs_managed_sse_enabled = true
  tags                    = merge(local.tags_@, { Queue = title(replace(each.value, "-", " ")) })
}
resource "aws_db_instance" "db@" {
  identifier          = "${local.name_@}-db"
  engine              = "postgres"
  instance_class      = lookup({ prod = "db.m5.large", dev = "db.t3.micro" }, var.environment, "db.t3.small")
  allocated_storage   = max(20, 4 * length(local.names_@))
  storage_encrypted   = true
  publicly_accessible = false
  tags                = local.tags_@
}
"""

_PER_FILE = 10
"""How many batches stand in one file."""

_CALL = """
variable "name" { type = string }
variable "tags" { type = map(string) }
variable "settings" {
  type = object({ size = optional(number, 20), ports = list(number), labels = map(string) })
}
locals { tags = merge(var.tags, { Level@ = var.name }) }
module "inner" {
  for_each = toset(@keys)
  source   = "./inner"
  name     = "${var.name}-${each.key}"
  tags     = local.tags
  settings = merge(var.settings, { labels = merge(var.settings.labels, { level@ = each.key }) })
}
output "ids" { value = flatten([for key, each in module.inner : each.ids]) }
output "names" { value = concat([var.name], flatten(values(module.inner)[*].names)) }
resource "aws_ssm_parameter" "names" {
  name  = "/${var.name}/names"
  type  = "String"
  value = join(",", [for name in flatten(values(module.inner)[*].names) : upper(name)])
  tags  = local.tags
}
"""

_OUTERMOST = """
module "outer" {
  source   = "./inner"
  name     = "acme"
  tags     = { Owner = "platform" }
  settings = { ports = [443, 8443], labels = {} }
}
output "ids" { value = module.outer.ids }
"""

_INNERMOST = """
variable "name" { type = string }
variable "tags" { type = map(string) }
variable "settings" {
  type = object({ size = optional(number, 20), ports = list(number), labels = map(string) })
}
resource "aws_s3_bucket" "this" {
  count  = 4
  bucket = "${var.name}-${count.index}"
  tags   = merge(var.tags, var.settings.labels)
}
resource "aws_security_group" "this" {
  name = var.name
  dynamic "ingress" {
    for_each = var.settings.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
  tags = var.tags
}
output "ids" { value = concat(aws_s3_bucket.this[*].id, [aws_security_group.this.id]) }
output "names" { value = aws_s3_bucket.this[*].bucket }
"""

_WIDTHS = (3, 3, 2, 2, 2, 2, 2)
"""How often each level calls the next: modules eight deep come to 288 innermost ones."""


def write_root(folder: Path, resources: int) -> int:
    """Write a root of at least so many resources into `folder`; returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    if not resources:
        (folder / "main.tf").write_text("", "utf-8")
        return 0
    (folder / "main.tf").write_text(_SHARED, "utf-8")
    batches = [_BATCH.replace("@", str(number)) for number in range(-(-(resources - 1) // BATCH))]
    for start in range(0, len(batches), _PER_FILE):
        (folder / f"services_{start:05}.tf").write_text("".join(batches[start : start + _PER_FILE]), "utf-8")
    return len(batches) * BATCH + 1


def write_nested(folder: Path, depth: int) -> int:
    """Write a root whose modules nest `depth` deep into `folder`; returns how many resources there are."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(_OUTERMOST, "utf-8")
    instances, resources = 1, 0
    for level in range(depth - 1):
        folder = folder / "inner"
        folder.mkdir(exist_ok=True)
        width = _WIDTHS[level % len(_WIDTHS)]
        keys = "[" + ", ".join(f'"{key}"' for key in "abc"[:width]) + "]"
        (folder / "main.tf").write_text(_CALL.replace("@keys", keys).replace("@", str(level)), "utf-8")
        resources += instances
        instances *= width
    folder = folder / "inner"
    folder.mkdir(exist_ok=True)
    (folder / "main.tf").write_text(_INNERMOST, "utf-8")
    return resources + instances * 5


def read_ours(folder: Path) -> int:
    """How many resources our reader finds in `folder`."""
    from srm_lint.model.source import Tree
    from srm_lint.read.terraform import read

    return sum(len(configuration.resources) for configuration in read([folder], Tree(folder)))


def read_theirs(folder: Path) -> int:
    """How many resources tfparse finds in `folder`."""
    from tfparse import load_from_path

    found = load_from_path(str(folder))
    blocks = [block for type_, blocks in found.items() if type_.startswith("aws_") for block in blocks]
    return sum(block["__tfmeta"]["type"] == "resource" for block in blocks)


_READERS = {"reader": read_ours, "tfparse": read_theirs}


def commands_for(folder: Path, resources: int, python: Sequence[str]) -> dict[str, Sequence[str]]:
    """What to run on `folder`, by program."""
    commands: dict[str, Sequence[str]] = {
        name: [*python, __file__, "--run", name, str(folder), str(resources)]
        for name in _READERS
        if name != "tfparse" or importlib.util.find_spec("tfparse") is not None
    }
    commands["check"] = [*python, "-m", "srm_lint", "check", str(folder), "--fail-on", "never", "--no-progress"]
    return commands


def rows(title: str, costs: dict[str, Cost]) -> list[str]:
    """The lines of the table for one root."""
    theirs = costs.get("tfparse")
    lines = []
    for name, cost in costs.items():
        ratio = f"{cost.seconds / theirs.seconds:>6.1f} x tfparse" if theirs is not None else ""
        told = f"{title:<28} {name:<8} {cost.seconds:>8.2f} s {cost.megabytes:>7.0f} MB   exit {cost.code} {ratio}"
        lines.append(told.rstrip())
    return lines


def growth(empty: Cost, one: tuple[int, Cost], other: tuple[int, Cost]) -> float:
    """The exponent by which time grows from one size to another, what an empty root costs taken off."""
    before, after = (max(cost.seconds - empty.seconds, 1e-3) for _, cost in (one, other))
    return math.log(after / before) / math.log(other[0] / one[0])


def compiled(folder: Path) -> list[str]:
    """A Python that finds srm-lint's modules compiled in `folder`, as an installed one does."""
    import srm_lint

    python = [sys.executable, "-X", f"pycache_prefix={folder}"]
    subprocess.run([*python, "-m", "compileall", "-q", str(Path(srm_lint.__file__).parent)], check=False)
    return python


def measure_sizes(folder: Path, python: Sequence[str], sizes: Sequence[int], rounds: int) -> None:
    """Measure and print a root of each size, and how the time grows."""
    measured: list[tuple[int, dict[str, Cost]]] = []
    for size in (0, *sizes):
        root = folder / f"root-{size}"
        resources = write_root(root, size)
        costs = measure_pairs(commands_for(root, resources, python), rounds)
        measured.append((resources, costs))
        print("\n".join(rows(f"{resources:,} resources" if size else "an empty root", costs)), flush=True)
    (_, empty), *filled = measured
    for (one, before), (other, after) in pairwise(filled):
        exponents = ", ".join(
            f"{name} {growth(empty[name], (one, before[name]), (other, after[name])):.2f}" for name in empty
        )
        print(f"growth from {one:,} to {other:,}: {exponents}", flush=True)


def measure_depths(folder: Path, python: Sequence[str], depths: Sequence[int], rounds: int) -> None:
    """Measure and print a root for each depth of modules."""
    for depth in depths:
        root = folder / f"nested-{depth}"
        resources = write_nested(root, depth)
        costs = measure_pairs(commands_for(root, resources, python), rounds)
        print("\n".join(rows(f"{depth} deep, {resources:,} resources", costs)), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(description="Measure how srm-lint grows with resources, beside tfparse.")
    parser.add_argument("--size", type=int, nargs="*", default=[100, 1_000, 10_000], help="resources [100 1000 10000]")
    parser.add_argument("--depth", type=int, nargs="*", default=[1, 2, 4, 8], help="depths of modules [1 2 4 8]")
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds for each root [3]")
    parser.add_argument("--keep", type=Path, help="generate into this folder, and leave it there")
    parser.add_argument("--run", nargs=3, metavar=("READER", "FOLDER", "RESOURCES"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.run:
        name, folder, resources = asked.run
        return int(_READERS[name](Path(folder)) != int(resources))
    if asked.repeat < 1 or min([1, *asked.size, *asked.depth]) < 1:
        parser.error("expected sizes, depths and --repeat of 1 or more")
    with ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        python = compiled(folder / "compiled")
        measure_sizes(folder, python, asked.size, asked.repeat)
        measure_depths(folder, python, asked.depth, asked.repeat)
    return 0


if __name__ == "__main__":
    sys.exit(main())
