"""Defaults that depend on the version of a provider: decided where the versions that modules take decide it."""

from __future__ import annotations

from pathlib import Path

import pytest

from srm_lint.marked import MarkedError
from srm_lint.model.resource import Configuration, Language, Requirement, Resource
from srm_lint.model.source import Span
from srm_lint.model.value import Object, Origin, Scalar, Unknown, Value
from srm_lint.normalize import normalize
from srm_lint.normalize.versions import Versions
from srm_lint.schema.loader import Schema

HERE = Span("main.tf", 1, 1, 1, 2)
MAP = """\
shop.store:
  terraform: aws_store
  cloudformation: AWS::Shop::Store
  attributes:
    open:
      terraform: open
      cloudformation: Open
      default: {terraform: {provider: aws, since: "6.0", then: false, before: true}, cloudformation: false}
      source: "https://example.com"
    sealed:
      terraform: sealed
      cloudformation: Sealed
      default: {terraform: {provider: aws, since: "6.0", then: true, before: {unknown: "it depends on its age"}}}
      source: "https://example.com"
"""


def required(versions: str, locked: str = "", source: str = "hashicorp/aws", name: str = "aws") -> Requirement:
    return Requirement(name, source, versions, locked, HERE)


@pytest.mark.parametrize(
    ("requirements", "reached"),
    [
        ([], None),
        ([required(">= 5.0")], None),
        ([required("~> 5.0")], False),
        ([required("~> 5.31.0")], False),
        ([required("5.99.1")], False),
        ([required("= 6")], True),
        ([required(">= 6.2, < 7.0")], True),
        ([required("~> 6.0")], True),
        ([required("> 5.9, < 6")], False),
        ([required("<= 6.0")], None),
        ([required("<= 5.100.0")], False),
        ([required(">= 4.0", locked="6.1.0")], True),
        ([required(">= 4.0", locked="5.31.0")], False),
        ([required(">= 4.0"), required("~> 5.0")], False),
        ([required(">= 6.0", source="acme/other", name="other")], None),
        ([required(">= 6.0", source="", name="aws")], True),
        ([required(">= 6.0", source="registry.opentofu.org/hashicorp/aws", name="amazon")], True),
        ([required("!= 6.1")], None),
        ([required("nonsense")], None),
        ([required(">= 6.0.0-beta1")], True),
        ([required("~> 5")], False),
    ],
)
def test_constraints_decide_a_version(requirements: list[Requirement], reached: bool | None) -> None:
    assert Versions(requirements).reached("aws", "6.0") is reached


def value(
    tmp_path: Path, *requirements: Requirement, language: Language = Language.TERRAFORM, name: str = "open"
) -> Value:
    (tmp_path / "aws").mkdir(exist_ok=True)
    (tmp_path / "aws" / "shop.yaml").write_text(MAP, "utf-8")
    type_ = "aws_store" if language is Language.TERRAFORM else "AWS::Shop::Store"
    resource = Resource("a", type_, Object(span=HERE, members={}), HERE, Scalar(span=HERE, data=True))
    configuration = Configuration(language, "x", {}, (resource,), (), (), requirements=requirements)
    return normalize(configuration, Schema(tmp_path / "aws")).entities["a"].body.get(name)


def test_a_default_is_that_of_the_version(tmp_path: Path) -> None:
    for versions, wanted in (("~> 5.0", True), (">= 6.0", False)):
        found = value(tmp_path, required(versions))
        assert isinstance(found, Scalar)
        assert (found.data, found.origin) == (wanted, Origin.DEFAULT)


def test_a_version_that_is_not_known_leaves_both(tmp_path: Path) -> None:
    found = value(tmp_path)
    assert isinstance(found, Unknown)
    assert [getattr(one, "data", None) for one in found.candidates] == [False, True]
    assert found.reason == "its default changed in version 6.0 of the aws provider"


def test_what_nobody_could_tell_before_a_version_stays_unknown(tmp_path: Path) -> None:
    known = value(tmp_path, required("~> 6.2"), name="sealed")
    assert isinstance(known, Scalar)
    assert (known.data, known.origin) == (True, Origin.DEFAULT)
    for requirements in ([required("~> 5.0")], []):
        found = value(tmp_path, *requirements, name="sealed")
        assert isinstance(found, Unknown)
        assert (found.reason, found.candidates, found.origin) == ("it depends on its age", (), Origin.DEFAULT)


def test_the_other_language_has_its_own(tmp_path: Path) -> None:
    found = value(tmp_path, language=Language.CLOUDFORMATION)
    assert isinstance(found, Scalar)
    assert found.data is False


def test_a_wrong_version_is_an_error_of_the_map(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "shop.yaml").write_text(MAP.replace('"6.0"', '"six"'), "utf-8")
    with pytest.raises(MarkedError, match="expected a version"):
        Schema(tmp_path / "aws").every()
