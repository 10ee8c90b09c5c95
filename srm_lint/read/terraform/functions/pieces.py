"""Text with gaps: known and unknown parts in, one string value out, which keeps what is certain.

Only this module knows how the `pieces` of an `Unknown` are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from srm_lint.model.value import Unknown, Value
from srm_lint.read.terraform.conversion import references_of
from srm_lint.read.terraform.functions.signature import MAX_TEXT, LimitError, Site
from srm_lint.read.terraform.later import Identity

Part = str | Unknown


def compose(parts: Sequence[Part], site: Site, encodes: Value | None = None) -> str | Unknown:
    """The parts one after the other: a text where all are known, else an `Unknown` with pieces. Raises `LimitError`."""
    if sum(len(part) for part in parts if isinstance(part, str)) > MAX_TEXT:
        raise LimitError(
            f'"{site.name}" would give more than {MAX_TEXT:,} characters, which srm-lint does not compute.'
        )
    unknown = [part for part in parts if isinstance(part, Unknown)]
    if not unknown:
        return "".join(part for part in parts if isinstance(part, str))
    return Unknown(
        span=site.span,
        reason=unknown[0].reason,
        references=references_of(unknown),
        pieces=joined(piece for part in parts for piece in _pieces(part)),
        encodes=encodes,
    )


def _pieces(part: Part) -> tuple[str | None, ...]:
    if isinstance(part, str):
        return (part,)
    return part.pieces or (None,)


def joined(pieces: Iterable[str | None]) -> tuple[str | None, ...]:
    """The pieces with neighbours joined: no two texts and no two gaps in a row, no empty text."""
    merged: list[str | None] = []
    for piece in pieces:
        if piece == "" or (piece is None and merged and merged[-1] is None):
            continue
        if piece is not None and merged and (last := merged[-1]) is not None:
            merged[-1] = last + piece
        else:
            merged.append(piece)
    return tuple(merged)


def each_piece(change: Callable[[str], str], text: str | Unknown, site: Site) -> str | Unknown:
    """`change`, which must do to a text what it does to each of its parts, done to what is known of `text`."""
    if isinstance(text, str):
        return change(text)
    pieces = tuple(None if piece is None else change(piece) for piece in text.pieces)
    return with_pieces(text, pieces, site)


def with_pieces(text: Unknown, pieces: tuple[str | None, ...], site: Site) -> Unknown:
    """The unknown result of a change to `text`, of which these pieces are known (none: it is simply unknown)."""
    return Unknown(span=site.span, reason=text.reason, references=text.references, pieces=joined(pieces))


def sure_start(text: str | Unknown) -> str:
    """What `text` certainly starts with."""
    return text if isinstance(text, str) else (text.pieces[0] or "") if text.pieces else ""


def sure_end(text: str | Unknown) -> str:
    """What `text` certainly ends with."""
    return text if isinstance(text, str) else (text.pieces[-1] or "") if text.pieces else ""


def never_empty(text: Unknown) -> bool:
    """Whether `text` is certainly a string with at least one character."""
    return isinstance(text, Identity) or any(text.pieces)
