"""Provider configurations: regions, default tags, aliases, what is passed to modules, and which versions are asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from terraform_reading import Read, plain

from srm_lint.model.value import Absent

Module = Callable[..., Read]

PROVIDERS = """provider "aws" {
  region = var.region
  default_tags {
    tags = { owner = "platform", env = "dev" }
  }
}
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
variable "region" {
  default = "eu-west-1"
}
"""


def region_of(found: Read, address: str) -> object:
    provider = found.resource(address).provider
    return None if provider is None else (provider.name, plain(provider.region))


def test_a_resource_gets_the_configuration_of_its_type_or_the_one_that_it_names(module: Module) -> None:
    found = module(
        PROVIDERS
        + 'resource "aws_a" "x" {}\n'
        + 'resource "aws_a" "y" {\n  provider = aws.west\n}\n'
        + 'resource "aws_a" "z" {\n  provider = "aws.west"\n}\n'
        + 'resource "google_b" "g" {}\n'
        + 'resource "aws_a" "n" {\n  provider = aws.north\n}\n'
    )
    assert found.problems == []
    assert region_of(found, "aws_a.x") == ("aws", "eu-west-1")
    assert region_of(found, "aws_a.y") == region_of(found, "aws_a.z") == ("aws.west", "us-west-2")
    assert region_of(found, "google_b.g") is None
    assert region_of(found, "aws_a.n") is None


def test_default_tags_stand_below_a_resources_own(module: Module) -> None:
    found = module(
        PROVIDERS
        + 'resource "aws_a" "x" {\n  tags = { env = "prod", name = "x" }\n}\n'
        + 'resource "aws_a" "y" {}\n'
        + 'resource "aws_a" "z" {\n  provider = aws.west\n  tags = { a = 1 }\n}\n'
        + 'resource "aws_a" "u" {\n  tags = var.u\n}\nvariable "u" {}\n'
        + 'resource "aws_b" "r" {\n  v = aws_a.x.tags_all.owner\n  w = aws_a.z.tags_all\n  r = aws_a.z.region\n}\n'
    )
    assert found.plain("aws_a.x", "tags_all") == {"owner": "platform", "env": "prod", "name": "x"}
    assert found.plain("aws_a.x", "tags") == {"env": "prod", "name": "x"}
    assert found.plain("aws_a.y", "tags_all") == {"owner": "platform", "env": "dev"}
    assert isinstance(found.value("aws_a.z", "tags_all"), Absent)
    assert found.plain("aws_a.u", "tags_all") is ...
    assert found.plain("aws_b.r", "v") == "platform"
    assert found.plain("aws_b.r", "w") == {"a": 1}
    assert found.plain("aws_b.r", "r") == "us-west-2"


def test_a_tag_of_the_provider_stands_where_it_is_written(module: Module) -> None:
    found = module(PROVIDERS + 'resource "aws_a" "y" {}\n')
    tags = found.value("aws_a.y", "tags_all")
    assert found.text(tags.members["owner"].span) == '"platform"'  # type: ignore[attr-defined]  # an object


def test_google_calls_them_labels(module: Module) -> None:
    found = module(
        'provider "google" {\n  region = "europe-west1"\n  default_labels = { a = "1" }\n}\n'
        'resource "google_a" "x" {\n  labels = { b = "2" }\n}\n'
    )
    assert found.plain("google_a.x", "terraform_labels") == {"a": "1", "b": "2"}


CHILD = 'resource "aws_a" "x" {}\nresource "aws_a" "o" {\n  provider = aws.other\n}\n'


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("", (("aws", "eu-west-1"), None)),
        ("providers = { aws = aws.west }", (("aws.west", "us-west-2"), None)),
        ("providers = {\n aws = aws\n aws.other = aws.west\n}", (("aws", "eu-west-1"), ("aws.west", "us-west-2"))),
    ],
)
def test_modules_inherit_configurations_or_are_passed_them(module: Module, call: str, wanted: object) -> None:
    found = module({"main.tf": f'{PROVIDERS}module "m" {{\n  source = "./m"\n  {call}\n}}\n', "m/main.tf": CHILD})
    assert found.problems == []
    assert (region_of(found, "module.m.aws_a.x"), region_of(found, "module.m.aws_a.o")) == wanted


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("us-iso-east-1", ...)],
)
def test_the_region_of_the_provider_is_what_aws_would_tell(module: Module, region: str, partition: object) -> None:
    found = module(
        PROVIDERS
        + 'data "aws_region" "here" {}\ndata "aws_partition" "here" {}\ndata "aws_caller_identity" "me" {}\n'
        + 'resource "aws_a" "x" {\n  r = data.aws_region.here.name\n  p = data.aws_partition.here.partition\n'
        + "  i = data.aws_caller_identity.me.account_id\n}\n",
        region=region,
    )
    assert found.plain("aws_a.x", "r") == region
    assert found.plain("aws_a.x", "p") == partition
    assert found.plain("aws_a.x", "i") is ...


def test_without_a_region_it_is_a_named_unknown(module: Module) -> None:
    found = module('data "aws_region" "here" {}\nresource "aws_a" "x" {\n  r = data.aws_region.here.name\n}\n')
    value = found.value("aws_a.x", "r")
    assert "data.aws_region.here is read only at plan time" in getattr(value, "reason", "")


def test_versions_of_providers_are_kept(module: Module) -> None:
    found = module(
        {
            "versions.tf": 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n'
            '      version = ">= 5.0, < 6.0"\n    }\n    random = "~> 3"\n  }\n}\n'
            'module "m" {\n  source = "./m"\n}\n',
            "m/main.tf": 'terraform {\n  required_providers {\n    aws = { version = ">= 4" }\n  }\n}\n',
            ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n'
            '  hashes = ["h1:x"]\n}\n',
        }
    )
    assert found.problems == []
    assert [(each.name, each.source, each.versions, each.locked) for each in found.configuration.requirements] == [
        ("aws", "hashicorp/aws", ">= 5.0, < 6.0", "5.31.0"),
        ("random", "", "~> 3", ""),
        ("aws", "", ">= 4", "5.31.0"),
    ]
    assert found.text(found.configuration.requirements[0].span) == "aws"


def test_blocks_that_there_are_not_are_told(module: Module) -> None:
    found = module('resourse "aws_a" "x" {}\nfoo {}\nmoved {\n  from = a.b\n  to = a.c\n}\ncheck "c" {}\n')
    assert found.problems == [
        (
            "syntax",
            'Unsupported block type: blocks of type "resourse" are not expected here; did you mean "resource"?',
        ),
        ("syntax", 'Unsupported block type: blocks of type "foo" are not expected here.'),
    ]


def test_hostile_provider_blocks_are_read(module: Module) -> None:
    found = module(
        'provider "aws" {\n  region = aws_a.x.region\n  default_tags {\n    tags = aws_a.x.tags_all\n  }\n}\n'
        'resource "aws_a" "x" {\n  tags = { a = 1 }\n}\nprovider {}\nprovider "aws" "b" {}\nprovider "aws" {\n'
        "  alias = var.a\n}\n"
    )
    assert region_of(found, "aws_a.x") == ("aws", ...)
    assert found.plain("aws_a.x", "tags_all") == {"a": 1}
    assert [message for _, message in found.problems] == [
        "a provider block needs the name of a provider",
        "a provider block needs the name of a provider",
        'provider "aws" was already declared at main.tf:1',
    ]


def test_one_of_several_configurations_is_not_the_default_one(module: Module) -> None:
    found = module(PROVIDERS + 'resource "aws_a" "x" {\n  provider = aws.by["eu"]\n}\n')
    assert region_of(found, "aws_a.x") is None
    assert isinstance(found.value("aws_a.x", "tags_all"), Absent)


def test_aliases_beside_a_version_do_not_hide_it(module: Module) -> None:
    found = module(
        'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "~> 5"\n'
        "      configuration_aliases = [aws.dns]\n    }\n  }\n}\n"
    )
    assert [(each.source, each.versions) for each in found.configuration.requirements] == [("hashicorp/aws", "~> 5")]
