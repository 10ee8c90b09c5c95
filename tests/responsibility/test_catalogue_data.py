"""The catalogue that ships: it loads, every row says who does what, and every page that it cites is the provider's."""

import datetime
import re
from urllib.parse import urlsplit

import pytest

from srm_lint.marked import MarkedError
from srm_lint.model.responsibility import Item, Layer, Owner, Service
from srm_lint.responsibility import catalogue

HOSTS = {"aws": {"docs.aws.amazon.com", "aws.amazon.com"}}
SERVICES = [catalogue.service("aws", name) for name in catalogue.services("aws")]
ROWS = [(service, item) for service in SERVICES for item in service.items.values()]

DEMANDED = {
    "s3": "public-access acls bucket-policy encryption-at-rest encryption-in-transit access-logging versioning",
    "vpc": "security-group-ingress security-group-egress flow-logs",
    "rds": (
        "encryption-at-rest encryption-in-transit network-exposure backup-retention authentication credentials "
        "deletion-protection engine-patching"
    ),
    "aurora": (
        "encryption-at-rest encryption-in-transit network-exposure backup-retention authentication credentials "
        "deletion-protection engine-patching"
    ),
    "ebs": "encryption-at-rest snapshots",
    "ec2": "instance-metadata public-address user-data instance-role guest-os-patching",
    "iam": "policies trust-policies access-keys",
    "kms": "key-rotation key-policy",
    "cloudtrail": "trail-coverage log-integrity log-encryption",
    "lambda": "environment-secrets function-policy function-url runtime execution-role",
}


def name_of(value: object) -> str:
    return value.id if isinstance(value, Service) else value.name if isinstance(value, Item) else str(value)


every_row = pytest.mark.parametrize(("service", "item"), ROWS, ids=name_of)


@pytest.mark.parametrize(("service", "items"), DEMANDED.items(), ids=DEMANDED.keys())
def test_what_policies_demand_is_there(service: str, items: str) -> None:
    assert set(items.split()) <= set(catalogue.service("aws", service).items)


@pytest.mark.parametrize("service", SERVICES, ids=name_of)
def test_each_service_has_both_sides_of_the_line(service: Service) -> None:
    owners = {item.owner for item in service.items.values()}
    assert {Owner.PROVIDER, Owner.CUSTOMER} <= owners
    assert urlsplit(service.url).hostname in HOSTS[service.provider]
    physical = [item for item in service.items.values() if item.layer is Layer.PHYSICAL]
    assert [item.owner for item in physical] == [Owner.PROVIDER]


@every_row
def test_each_row_cites_a_page_of_the_provider(service: Service, item: Item) -> None:
    cited = [item.url, *([str(item.default["url"])] if item.default and "url" in item.default else [])]
    assert {urlsplit(url).hostname for url in cited} <= HOSTS[service.provider]


@every_row
def test_each_row_says_who_does_what(service: Service, item: Item) -> None:
    assert item.provider_does, "even what is yours rests on something that the provider does"
    if item.owner is Owner.PROVIDER:
        assert item.accountable is None
    else:
        assert item.customer_does
        assert item.accountable in catalogue.ACCOUNTABLE
        assert item.verify, "a row that nobody can verify is no use"
    for duty in filter(None, (item.provider_does, item.customer_does)):
        assert duty[0].isupper()
        assert duty.endswith(".")
        assert len(duty) <= 200


@every_row
def test_each_row_is_written_as_the_others_are(service: Service, item: Item) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", item.name)
    if item.default:
        assert item.default["verdict"] in catalogue.VERDICTS
        assert ("value" in item.default) != bool({"terraform", "cloudformation"} & set(item.default))
    for kind in item.moves_when or {}:
        assert re.fullmatch(r"[a-z0-9]+\.[a-z0-9_]+", kind)


@every_row
def test_each_row_says_when_its_source_was_last_read_if_it_was(service: Service, item: Item) -> None:
    """What says nothing of it is shown as not yet confirmed."""
    assert item.checked is None or datetime.date(2026, 11, 22) <= datetime.date.fromisoformat(item.checked)


@every_row
def test_each_row_can_be_cited_in_a_sentence(service: Service, item: Item) -> None:
    cited = catalogue.cite(service, item.name, team="Storage")
    assert (cited.provider, cited.service, cited.item, cited.team) == ("aws", service.id, item.name, "Storage")
    assert (cited.owner, cited.layer, cited.accountable, cited.url) == (
        item.owner,
        item.layer,
        item.accountable,
        item.url,
    )
    assert service.name in cited.says
    assert "  " not in cited.says
    assert cited.says.endswith(".")


@pytest.mark.parametrize(
    ("service", "item", "says"),
    [
        (
            "s3",
            "public-access",
            "You own this: access to the data in Amazon S3 is security in the cloud; "
            "AWS runs the service and the hosts below it.",
        ),
        ("kms", "key-material", "AWS owns this: here, encryption in AWS KMS is security of the cloud."),
        (
            "rds",
            "engine-patching",
            "You and AWS share this: the version that runs in Amazon RDS is in part security of the cloud "
            "and in part security in the cloud.",
        ),
    ],
)
def test_the_sentence_is_made_from_owner_layer_and_model(service: str, item: str, says: str) -> None:
    assert catalogue.cite(catalogue.service("aws", service), item).says == says


def test_each_layer_and_model_has_its_words() -> None:
    assert set(catalogue._SUBJECT) == set(Layer)
    assert {service.service_model for service in SERVICES} <= set(catalogue._RUNS)


def test_services_are_listed_in_order_and_read_once() -> None:
    listed = catalogue.services("aws")
    assert list(listed) == sorted(listed)
    assert set(DEMANDED) <= set(listed)
    assert catalogue.service("aws", "s3") is catalogue.service("aws", "s3")


def test_what_is_not_there_is_an_error_that_helps() -> None:
    with pytest.raises(MarkedError, match=r'there is no provider "aw"; did you mean "aws"'):
        catalogue.services("aw")
    with pytest.raises(MarkedError, match=r'no service "lamda"; did you mean "lambda"\?'):
        catalogue.service("aws", "lamda")
    with pytest.raises(MarkedError, match=r'no service "\.\./aws/s3"'):
        catalogue.service("aws", "../aws/s3")
    with pytest.raises(MarkedError, match=r'no service "zzz"'):
        catalogue.service("aws", "zzz")
    with pytest.raises(MarkedError, match=r'Amazon S3 has no item "pubic-access"; did you mean'):
        catalogue.cite(catalogue.service("aws", "s3"), "pubic-access")
