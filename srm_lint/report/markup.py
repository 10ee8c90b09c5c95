"""Plain text in, the same text as Markdown out, so that no reader's renderer takes it for markup."""

from __future__ import annotations

import re
from urllib.parse import quote

from srm_lint.report.visible import visible

# All ASCII punctuation may be escaped (https://github.github.com/gfm/#backslash-escapes). These can begin markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&@:=])")

# What a URL may hold (RFC 3986), but for the parentheses that would end the link.
_URL = "%/:?#@!$&'*+,;=~"


def plain(text: str) -> str:
    """`text` as Markdown that reads as `text`: no emphasis, links, HTML or mentions, whatever it holds."""
    return _MARKUP.sub(r"\\\1", visible(text))


def link(title: str, url: str) -> str:
    """A Markdown link; only the plain title where `url` does not lead to a web page."""
    if not url.startswith(("https://", "http://")):
        return plain(title)
    return f"[{plain(title)}]({quote(visible(url), safe=_URL)})"
