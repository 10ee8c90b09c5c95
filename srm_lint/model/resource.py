"""What a reader returns: the resources of one configuration as their authors wrote them, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from srm_lint.model.source import Comment, Problem, Source, Span
from srm_lint.model.value import Object, Value


class Language(StrEnum):
    """The language a configuration is written in."""

    TERRAFORM = "terraform"
    CLOUDFORMATION = "cloudformation"


class Provider(Struct, frozen=True):
    """A configuration of a Terraform provider: its `name` in the module (`aws`, `aws.west`), the `region` that it works
    in, and the `tags` that it gives to all resources; each `Absent` where nobody wrote it.
    """

    name: str
    region: Value
    tags: Value


class Requirement(Struct, frozen=True):
    """What a module says about a provider: its `source` address, the `versions` that it takes, and which one is
    `locked` (each empty where that is not written).
    """

    name: str
    source: str
    versions: str
    locked: str
    span: Span


class Resource(Struct, frozen=True):
    """One resource instance, as written.

    `address` is unique in its configuration (`module.a.aws_s3_bucket.logs["x"]`; a logical id). `type` is the native
    type. `body` holds the native arguments: a Terraform nested block is a `List` of one `Object` per block. `span`
    covers the whole resource, `exists` is a true scalar, or an `Unknown` that says what it depends on
    (`count = var.n`); what certainly does not exist is not listed. `provider` is the configuration of its provider,
    where one is written. `made_by` names what is written instead, where the resource itself is not: the type and name
    of the SAM resource that makes it. `construct` is the path of the construct that the CDK made it for (`Shop/Site`).
    """

    address: str
    type: str
    body: Object
    span: Span
    exists: Value
    provider: Provider | None = None
    made_by: str = ""
    construct: str = ""


class Configuration(Struct, frozen=True):
    """One root module with all that it calls, or one template: the scope in which addresses are unique and links are
    followed.

    `name` is the root folder or template file, as shown. `sources` maps shown paths to what was read. `variable_set`
    names the values of variables that it was read with, where the user has named several sets of them.
    `requirements` are what its modules say about providers, by which what they do when nothing is written may differ.
    """

    language: Language
    name: str
    sources: Mapping[str, Source]
    resources: tuple[Resource, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    variable_set: str = ""
    requirements: tuple[Requirement, ...] = ()
