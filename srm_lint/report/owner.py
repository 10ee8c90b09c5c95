"""A responsibility in, the line that says whose side of the shared-responsibility line a fix is on out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from srm_lint.model.responsibility import Owner, Responsibility

_PROVIDERS: Mapping[str, str] = MappingProxyType({"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"})


def provider_name(provider: str) -> str:
    """What people call `provider` ("aws")."""
    return _PROVIDERS.get(provider, provider)


def owner_line(responsibility: Responsibility) -> str:
    """One paragraph: the side, the item, and what either side does.

    "In" and "of" the cloud are AWS's words: https://aws.amazon.com/compliance/shared-responsibility-model/.
    """
    provider = provider_name(responsibility.provider)
    team = f" (team {responsibility.team})" if responsibility.team else ""
    side = {
        Owner.CUSTOMER: f"you{team}: security IN the cloud",
        Owner.PROVIDER: f"{provider}: security OF the cloud",
        Owner.SHARED: f"shared{team}: in part security OF, in part security IN the cloud",
    }[responsibility.owner]
    what = f"({responsibility.service}, {responsibility.item}, {responsibility.layer} layer)"
    duties = (
        f"{provider}: {responsibility.provider_does}" if responsibility.provider_does else "",
        f"You: {responsibility.customer_does}" if responsibility.customer_does else "",
    )
    return " ".join((f"{side} {what}.", *filter(None, duties)))
