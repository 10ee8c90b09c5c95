"""The built-in library: every policy's situations hold, and every file is where and what the house says."""

from pathlib import Path

import pytest

from srm_lint.examples import broken_examples
from srm_lint.judge.findings import asked_members
from srm_lint.library import built_in, policy_files
from srm_lint.model.policy import Outcome, Policy
from srm_lint.model.resource import Language
from srm_lint.policy.loader import kind_of, load_policies
from srm_lint.responsibility.catalogue import service
from srm_lint.schema.kinds import Kind
from srm_lint.schema.loader import Schema

SCHEMA = Schema()
POLICIES = {policy.id: policy for policy in load_policies(policy_files(built_in()), SCHEMA)}
FILES = {file.stem: file for file in policy_files(built_in())}


@pytest.fixture(params=list(POLICIES.values()), ids=list(POLICIES))
def policy(request: pytest.FixtureRequest) -> Policy:
    found: Policy = request.param
    return found


def test_its_situations_hold(policy: Policy) -> None:
    assert [f"{one.situation} ({one.language}): {one.message}" for one in broken_examples(policy, SCHEMA)] == []


def test_it_lies_with_the_service_of_its_kind(policy: Policy) -> None:
    # A service's folder is read when an entity of that service is met.
    folder = FILES[policy.id].parent
    assert (folder.parent.name, folder.name) == (policy.provider, policy.check.kind.partition(".")[0])


def test_it_is_read_for_entities_of_its_kind_only(policy: Policy) -> None:
    assert kind_of(FILES[policy.id]) == policy.check.kind


def can_be_asked(policy: Policy, kind: Kind, language: Language) -> bool:
    """Whether the language has anything of what the policy asks about: some settings only one of them can write."""
    asked, members = asked_members(policy), kind.members
    written = [
        *(members.attributes[name].paths for name in asked if name in members.attributes),
        *(members.parts[name].places for name in asked if name in members.parts),
    ]
    return len(written) < len(asked) or any(places.get(language) for places in written)


def test_it_has_situations_and_remediation_in_each_language_of_its_kind(policy: Policy) -> None:
    kind = SCHEMA.kind(policy.check.kind)
    assert kind is not None
    for language in kind.types:
        if not can_be_asked(policy, kind, language):
            continue
        shown = {example.outcome for example in policy.examples if language in example.texts}
        assert shown == set(Outcome), f"{language} shows {shown}"
        assert policy.remediation.get(language)


def test_it_speaks_for_policies_that_there_are_and_covers_their_controls(policy: Policy) -> None:
    for other in (POLICIES[name] for name in policy.instead_of):
        assert other.severity <= policy.severity
        for framework, ids in other.controls.items():
            missing = set(ids) - set(policy.controls.get(framework, ()))
            assert not missing, f"what fails here fails {framework} {missing} of {other.id} too"


def test_it_cites_pages(policy: Policy) -> None:
    assert policy.citations
    assert all(citation.url.startswith("https://") for citation in policy.citations)
    assert len({citation.url for citation in policy.citations}) == len(policy.citations)


def test_its_title_is_a_demand(policy: Policy) -> None:
    assert not policy.title.endswith(".")
    assert policy.title[0].isupper()
    assert policy.why.endswith(".")


def test_every_service_with_a_catalogue_has_a_policy() -> None:
    verified = {(policy.service, policy.item) for policy in POLICIES.values()}
    services = {one for one, _ in verified}
    assert {"s3", "vpc", "rds", "aurora", "ebs", "ec2", "iam", "kms", "cloudtrail", "lambda"} <= services
    for name, item in verified:
        assert service("aws", name).items[item].url


def test_policies_hold_data_only() -> None:
    assert {path.suffix for path in Path(built_in()).rglob("*") if path.is_file()} == {".yaml"}


def test_both_languages_are_covered() -> None:
    languages = {language for policy in POLICIES.values() for language in policy.remediation}
    assert languages == set(Language)
