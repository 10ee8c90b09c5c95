"""What holds for every quoted line, whatever is in it."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from srm_lint.model.source import Source, Span
from srm_lint.report.snippet import MASK, WITHHELD, Quotes
from srm_lint.report.visible import clipped, columns, visible, wrapped

LINES = st.text(
    st.characters(exclude_characters=f"\n{WITHHELD}") | st.sampled_from("ab \t日e\u0301\u202e\x1b😀"), max_size=200
)
ROOM = st.integers(20, 120)
CALM = settings(deadline=None)


def span_of(first: int, last: int) -> Span:
    return Span("main.tf", 1, first + 1, 1, last + 1)


@CALM
@given(LINES, st.integers(0, 220), st.integers(0, 220), ROOM)
def test_a_quote_fits_prints_safely_and_underlines_itself(line: str, first: int, last: int, room: int) -> None:
    assume(line)
    quote = Quotes({"main.tf": Source("main.tf", line)}).quote(span_of(first, last), room)
    assert quote is not None
    assert all(visible(character) == character for character in quote.text)
    assert columns(quote.text) <= room
    assert quote.length >= 1
    assert quote.start + quote.length <= room + 1


@CALM
@given(LINES, LINES, LINES)
def test_carets_span_what_is_shown_of_the_span(before: str, text: str, after: str) -> None:
    first, last = len(before), len(before + text)
    source = Source("main.tf", before + text + after + "|")
    quote = Quotes({"main.tf": source}).quote(span_of(first, last), room=10_000)
    assert quote is not None
    shown = [visible(part.replace("\t", " " * 4)) for part in (before, text)]
    assert quote.text.startswith("".join(shown))
    assert quote.start == columns(shown[0])
    assert quote.length == max(1, columns(shown[1]))


@CALM
@given(LINES, st.integers(1, 300), LINES, st.integers(0, 700), st.integers(0, 700), ROOM)
def test_a_secret_never_shows(before: str, size: int, after: str, first: int, last: int, room: int) -> None:
    source = Source("main.tf", before + WITHHELD * size + after)
    quote = Quotes({"main.tf": source}).quote(span_of(first, last), room)
    assert quote is not None
    assert WITHHELD not in quote.text
    assert columns(quote.text) <= room


def test_what_has_no_text_is_not_quoted() -> None:
    assert Quotes({"plan.json": Source("plan.json", "")}).quote(Span("plan.json", 1, 178, 1, 200), 80) is None


def test_the_length_of_a_secret_does_not_show() -> None:
    shown = set()
    for size in (1, 5, 50):
        source = Source("main.tf", "p = " + WITHHELD * size)
        quote = Quotes({"main.tf": source}).quote(span_of(4, 4 + size), 80)
        shown.add(quote)
    assert [quote and (quote.text, quote.start, quote.length) for quote in shown] == [(f"p = {MASK}", 4, len(MASK))]


@CALM
@given(st.text(), ROOM)
def test_clipped_text_fits(text: str, room: int) -> None:
    cut = clipped(text, room)
    assert columns(cut) <= room
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@CALM
@given(st.lists(st.text(st.characters(exclude_characters=" "), min_size=1, max_size=30), min_size=1), ROOM)
def test_wrapped_text_fits_and_loses_no_word(words: list[str], room: int) -> None:
    lines = list(wrapped(" ".join(words), room))
    assert " ".join(lines).split(" ") == words
    assert all(columns(line) <= room or " " not in line for line in lines)
