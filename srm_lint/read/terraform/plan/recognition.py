"""The bytes of a file in, whether it is a plan or a state in JSON out; or what else Terraform has written there.

Only this module knows how to tell without parsing: a walk meets many JSON files, of which few are plans.
"""

from __future__ import annotations

MAX_BYTES = 64 * 1024 * 1024
"""The largest plan that is read: it holds every attribute of every resource three times."""

_OURS = b'"format_version"'
_BESIDE = (b'"terraform_version"', b'"planned_values"', b'"values"')
_STATE_FILE = (b'"lineage"', b'"serial"', b'"terraform_version"')
_ZIP = b"PK\x03\x04"
_HOW = "run `terraform show -json FILE > plan.json` (or `tofu show …`) and check what it writes"


def may_be_ours(data: bytes) -> bool:
    """Whether a file is worth being parsed as a plan or state: whether it is one, only its parsed form tells.

    https://developer.hashicorp.com/terraform/internals/json-format
    """
    return _begins_an_object(data) and _OURS in data and any(word in data for word in _BESIDE)


def foreign(data: bytes) -> str | None:
    """What a file is that Terraform has written in another form, and what to do; None where it is no such file."""
    if data.startswith(_ZIP) and b"tfplan" in data[:64]:
        return f"is a plan in Terraform's own binary form; {_HOW}"
    if not _begins_an_object(data):
        return None
    first = data.lstrip().partition(b"\n")[0]
    if b'"@level"' in first and b'"@message"' in first:
        return (
            "is the log of `terraform plan -json`, which holds no values; run `terraform plan -out=FILE`, then "
            "`terraform show -json FILE > plan.json`, and check what that writes"
        )
    if _OURS not in data and all(word in data for word in _STATE_FILE):
        return (
            "is a state file in Terraform's own form; run `terraform show -json > state.json` and check what it writes"
        )
    return None


def _begins_an_object(data: bytes) -> bool:
    return data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
