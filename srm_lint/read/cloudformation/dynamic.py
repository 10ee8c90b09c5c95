"""Text in, an Unknown out where it holds a dynamic reference such as `{{resolve:secretsmanager:…}}`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Several

from srm_lint.model.source import Span
from srm_lint.model.value import Unknown

_DYNAMIC = re.compile(r"\{\{resolve:(ssm-secure|ssm|secretsmanager):[^{}]*\}\}")
_STORES = {"ssm": "Systems Manager", "ssm-secure": "Systems Manager", "secretsmanager": "Secrets Manager"}
_GAP = "\0"


def dynamic(pieces: Several[str | None], span: Span, references: Several[str] = ()) -> Unknown | None:
    """The Unknown for text of these pieces (None for each gap) if it holds a dynamic reference, else None.

    The dynamic reference itself, as it is written, is the first of its references, and a gap in its pieces.
    """
    whole = "".join(_GAP if piece is None else piece for piece in pieces)
    if "{{resolve:" not in whole or (found := _DYNAMIC.search(whole)) is None:
        return None
    named = (match[0].replace(_GAP, "…") for match in _DYNAMIC.finditer(whole))
    return Unknown(
        span=span,
        reason=f"it is resolved from {_STORES[found[1]]} at deployment",
        references=tuple(dict.fromkeys((*named, *references))),
        pieces=joined_pieces(_DYNAMIC.sub(_GAP, whole)),
    )


def joined_pieces(whole: str | Several[str | None]) -> tuple[str | None, ...]:
    """Pieces of which no two neighbours are both text or both gaps."""
    if not isinstance(whole, str):
        whole = "".join(_GAP if piece is None else piece for piece in whole)
    return tuple(None if piece == _GAP else piece for piece in re.split(f"({_GAP})+", whole) if piece)
