"""A file of the catalogue in, a service out; for each way to get it wrong, an error that names file and line."""

from pathlib import Path

import pytest

from srm_lint.marked import MarkedError
from srm_lint.model.responsibility import Item, Layer, Owner, Service, ServiceModel
from srm_lint.responsibility import catalogue

GOOD = """\
service: rds
name: Amazon RDS
service_model: paas
url: https://docs.aws.amazon.com/rds
items:
  host-patching:
    layer: host-os
    owner: provider
    provider_does: Patches the hosts.
    url: https://docs.aws.amazon.com/rds/hosts
  engine-patching:
    layer: runtime
    owner: shared
    accountable: platform
    provider_does: Applies
      minor versions.
    customer_does: Leaves them on.
    default: {terraform: true, cloudformation: "yes", verdict: safe, since: "2020", url: "https://docs.aws.amazon.com/d"}
    visible: attribute
    verify: config:some-rule
    moves_when:
      rds.instance: {to: customer, path: $.auto, equals: false, because: they are yours then}
    url: https://docs.aws.amazon.com/rds/engine
    checked: 2026-11-22
"""


def read(folder: Path, text: str) -> Service:
    path = folder / "rds.yaml"
    path.write_text(text, "utf-8")
    return catalogue.read_service(path, "aws")


def test_a_service_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    service = read(tmp_path, GOOD)
    assert (service.id, service.provider, service.name) == ("rds", "aws", "Amazon RDS")
    assert service.service_model is ServiceModel.PAAS
    assert list(service.items) == ["host-patching", "engine-patching"]
    assert service.items["engine-patching"] == Item(
        name="engine-patching",
        layer=Layer.RUNTIME,
        owner=Owner.SHARED,
        accountable="platform",
        provider_does="Applies minor versions.",
        customer_does="Leaves them on.",
        visible="attribute",
        verify="config:some-rule",
        default={
            "terraform": True,
            "cloudformation": "yes",
            "verdict": "safe",
            "since": "2020",
            "url": "https://docs.aws.amazon.com/d",
        },
        moves_when={
            "rds.instance": {"to": "customer", "path": "$.auto", "equals": False, "because": "they are yours then"}
        },
        url="https://docs.aws.amazon.com/rds/engine",
        checked="2026-11-22",
    )


def test_what_an_item_leaves_out_is_empty(tmp_path: Path) -> None:
    item = read(tmp_path, GOOD).items["host-patching"]
    assert item.customer_does == ""
    assert [item.accountable, item.visible, item.verify, item.default, item.moves_when, item.checked] == [None] * 6


WRONG = {
    "a layer with a typo": ("layer: runtime", "layer: runtimes", 12, 'did you mean "runtime"?'),
    "an owner that nobody is": ("owner: shared", "owner: everyone", 13, "one of customer, provider, shared"),
    "a missing owner": ("    owner: shared\n", "", 12, '"owner" is missing'),
    "a missing address": ("    url: https://docs.aws.amazon.com/rds/engine\n", "", 12, '"url" is missing'),
    "an address that is none": ("https://docs.aws.amazon.com/rds/hosts", "the docs", 10, "begins with https://"),
    "a key with a typo": ("visible: attribute", "visibel: attribute", 19, 'did you mean "visible"?'),
    "a key that the file does not have": ("name: Amazon RDS", "title: Amazon RDS", 2, '"title" is not known here'),
    "a word for visible": ("visible: attribute", "visible: hidden", 19, "attribute, companion-resource"),
    "a word for accountable": ("accountable: platform", "accountable: platfrom", 14, 'did you mean "platform"?'),
    "nobody accountable": ("    accountable: platform\n", "", 12, '"accountable" is missing'),
    "no duty of the customer": ("    customer_does: Leaves them on.\n", "", 12, '"customer_does" is missing'),
    "no duty of the provider": ("    provider_does: Patches the hosts.\n", "", 7, '"provider_does" is missing'),
    "a provider's item with a role": (
        "Patches the hosts.",
        "Patches.\n    accountable: data",
        10,
        "nobody of the customer",
    ),
    "an empty text": ("verify: config:some-rule", "verify:", 20, "expected text"),
    "a text that is a list": ("verify: config:some-rule", "verify: [a]", 20, "expected text"),
    "a verdict with a typo": ("verdict: safe", "verdict: save", 18, 'did you mean "safe"?'),
    "no verdict": ("verdict: safe, ", "", 18, '"verdict" is missing'),
    "a default that says nothing": ('terraform: true, cloudformation: "yes", ', "", 18, 'expected "value"'),
    "a default that says it twice": ("terraform: true", "value: true", 18, 'expected "value", or'),
    "a bare null": ('"yes"', "null", 18, "nothing is no default"),
    "a day that is none": ("2026-11-22", "2026-11-31", 24, "is not a valid value"),
    "a day in another order": ("2026-11-22", "22.11.2026", 24, "expected a day"),
    "a move without a verb": ("equals: false, ", "", 22, "expected one of the verbs"),
    "a move with two verbs": ("equals: false", "equals: false, present: true", 22, "expected one of the verbs"),
    "a move to where it is": ("to: customer", "to: shared", 22, 'another owner than "shared"'),
    "a path that is none": ("$.auto", "auto", 22, "expected a path"),
    "an item written twice": ("  engine-patching:", "  host-patching:", 11, '"host-patching" stands here twice'),
    "an item without layer and owner": ("    layer: host-os\n    owner: provider\n", "", 7, '"layer" is missing'),
    "another name than the file's": ("service: rds", "service: rsd", 1, 'expected "rds", the name of the file'),
    "broken YAML": ("visible: attribute", "visible: [attribute", 20, "is not YAML"),
    "a tab": ("    visible: attribute", "\tvisible: attribute", 19, "is not YAML"),
}


@pytest.mark.parametrize(("old", "new", "line", "says"), WRONG.values(), ids=WRONG.keys())
def test_an_error_names_file_line_and_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, line: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert GOOD.count(old) == 1
    with pytest.raises(MarkedError) as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert str(caught.value).startswith(f"rds.yaml:{line}:")
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("# nothing but a comment\n", "is empty"),
        ("- a\n- b\n", "expected a mapping"),
        ("just text\n", "expected a mapping"),
        (GOOD[: GOOD.index("items:")] + "items: [a]\n", "expected a mapping"),
        (GOOD[: GOOD.index("items:")] + "items: {a: b}\n", "expected a mapping"),
        (GOOD[: GOOD.index("items:")] + "items: {[a]: b}\n", "expected text"),
        ("a: 1\n---\nb: 2\n", "is not YAML"),
        ("a: \x07\n", "is not YAML"),
        ("a: *nothing\n", "is not YAML"),
    ],
)
def test_a_file_that_is_no_service_is_an_error(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(MarkedError, match=says):
        read(tmp_path, text)
