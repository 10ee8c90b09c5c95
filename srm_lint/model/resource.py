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


class Resource(Struct, frozen=True):
    """One resource instance, as written.

    `address` is unique in its configuration (`module.a.aws_s3_bucket.logs["x"]`; a logical id). `type` is the native
    type. `body` holds the native arguments: a Terraform nested block is a `List` of one `Object` per block. `span`
    covers the whole resource, `exists` is a true scalar, or an `Unknown` that says what it depends on
    (`count = var.n`); what certainly does not exist is not listed.
    """

    address: str
    type: str
    body: Object
    span: Span
    exists: Value


class Configuration(Struct, frozen=True):
    """One root module with all that it calls, or one template: the scope in which addresses are unique and links are
    followed.

    `name` is the root folder or template file, as shown. `sources` maps shown paths to what was read. `variable_set`
    names the values of variables that it was read with, where the user has named several sets of them.
    """

    language: Language
    name: str
    sources: Mapping[str, Source]
    resources: tuple[Resource, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]
    variable_set: str = ""
