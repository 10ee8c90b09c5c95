"""A text with syntax errors in; where its blocks begin, which names they seem to set, and a message that helps out.

tree-sitter keeps going after an error but cannot say what it expected, and does not know signed exponents (`1e+2`).
python-hcl2 can and does, at a fifth of the speed: it is asked only here, for a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from srm_lint.model.source import Problem, Source, Span
from srm_lint.read.terraform.positions import Text

MAX_SECOND_OPINION = 256 * 1024
"""The second parser reads 190 KB/s: a larger file with an error gets the plainer message of the first."""
MAX_OPEN = 150
"""The second parser works recursively, so it is not asked about text with more open brackets at once."""

_EXPONENT = re.compile(rb"(?<![\w.])(\d+(?:\.\d+)?)[eE][+-]?(?=\d)")
_TOP = re.compile(
    rb"^[ \t]*(?:(?:resource|data|ephemeral)[ \t]+\"?[\w-]+\"?[ \t]+\"?[\w-]+\"?"
    rb"|(?:module|variable|output|provider|check)[ \t]+\"?[\w-]+\"?"
    rb"|(?:locals|terraform|moved|import|removed))[ \t]*\{",
    re.MULTILINE,
)
_SETS = re.compile(
    rb"^[ \t]*(?:dynamic[ \t]+\"([\w-]+)\"[ \t]*\{|([A-Za-z_][\w-]*)[ \t]*(?:=(?![=>])|\{|\"[^\"\n]*\"[ \t]*\{))",
    re.MULTILINE,
)

_WORDS = {
    "$END": "the end of the file",
    "RBRACE": '"}"',
    "LBRACE": '"{"',
    "RSQB": '"]"',
    "LSQB": '"["',
    "RPAR": '")"',
    "LPAR": '"("',
    "COMMA": '","',
    "COLON": '":"',
    "EQ": '"="',
    "DBLQUOTE": "a closing quote",
    "NL_OR_COMMENT": "a new line",
    "NAME": "a name",
    "INTERP_START": '"${"',
}
_NOISE = frozenset(
    [
        "ELSE",
        "ENDFOR",
        "ENDIF",
        "FALSE",
        "FOR",
        "FOR_EACH",
        "IF",
        "IN",
        "NULL",
        "TRUE",
        "DIRECTIVE_START",
        "ESCAPED_DIRECTIVE",
        "ESCAPED_INTERPOLATION",
        "INTERP_START",
        "STRING_CHARS",
    ]
)
_VALUE = {"INT_LITERAL", "FLOAT_LITERAL", "LSQB", "LBRACE", "LPAR", "MINUS", "NOT"}


def mended(data: bytes) -> bytes:
    """The text with every exponent made digits: of the same length, and read by the grammar."""
    return _EXPONENT.sub(lambda match: match[1] + b"0" * (len(match[0]) - len(match[1])), data)


def segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Byte ranges that each hold one top-level block, as far as lines that begin like one tell."""
    starts = [match.start() for match in _TOP.finditer(data)]
    for start, end in zip([0, *starts], [*starts, len(data)], strict=True):
        if data[start:end].strip():
            yield start, end


def header_end(data: bytes, start: int, end: int) -> int | None:
    """Where the opening brace ends if a block begins at `start`."""
    match = _TOP.match(data, start, end)
    return None if match is None else match.end()


def names(data: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The names that the body between these offsets seems to set, those of nested bodies included, with their
    offsets.
    """
    for match in _SETS.finditer(data, start, end):
        group = 1 if match[1] else 2
        yield match[group].decode(), match.start(group), match.end(group)


def second_opinion(source: Source, content: Text, first: Span) -> Problem | None:
    """What python-hcl2 says is wrong, or None where the text is valid; `first` is where the first parser stumbled."""
    plain = Problem("syntax", "this is not valid HCL: what stands here was not expected", first)
    if len(content.data) > MAX_SECOND_OPINION:
        return plain
    if _depth(content.data) > MAX_OPEN:
        return Problem("limit", f"over {MAX_OPEN} brackets are open here at once, so not all of it is read", first)
    import hcl2
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

    try:
        hcl2.parses_to_tree(source.text)
    except UnexpectedToken as error:
        if error.token.type == "$END" and "STRING_CHARS" in error.expected:
            return Problem("syntax", "a quote is opened here and not closed on its line", _odd_quote(source) or first)
        return Problem(
            "syntax",
            _message(str(error.token), error.token.type, set(error.accepts or error.expected)),
            _at(source, error),
        )
    except UnexpectedCharacters as error:
        return Problem("syntax", f"the character {error.char!r} was not expected here", _at(source, error))
    except UnexpectedEOF:
        return Problem("syntax", "the file ends too early: a bracket or quote is not closed", first)
    except UnexpectedInput as error:
        return Problem("syntax", plain.message, _at(source, error))
    except RecursionError:
        return Problem("limit", "brackets nest too deep here, so not all of it is read", first)
    return None


def _depth(data: bytes) -> int:
    depth = deepest = 0
    for match in re.finditer(rb"[(\[{]|[)\]}]", data):
        if match[0] in b"([{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _message(token: str, kind: str, expected: set[str]) -> str:
    if kind == "$END":
        met = "the file ends here"
    else:
        text = " ".join(token.split())
        met = (
            f'"{text if len(text) <= 30 else text[:29] + "…"}" was not expected here' if text else "the line ends here"
        )
    if expected >= {"INT_LITERAL", "LSQB"}:
        wanted = ["a value"]
        expected = (
            expected - _VALUE - {"NAME", "DBLQUOTE", "HEREDOC_TEMPLATE", "HEREDOC_TEMPLATE_TRIM", "TEMPLATE_STRING"}
        )
    else:
        wanted = []
    wanted += sorted(_WORDS[word] for word in expected - _NOISE if word in _WORDS)
    if len(wanted) > 4 or not wanted:
        return met
    listed = wanted[0] if len(wanted) == 1 else f"{', '.join(wanted[:-1])} or {wanted[-1]}"
    return f"{met}; {listed} was expected"


def _odd_quote(source: Source) -> Span | None:
    """The last quote of the first line with an odd number of them: quoted text cannot hold a line end."""
    for number, line in enumerate(source.lines(), 1):
        quotes = [match.start() for match in re.finditer(r'(?<!\\)"', line)]
        if len(quotes) % 2 and not line.lstrip().startswith(("#", "//")):
            return Span(source.path, number, quotes[-1] + 1, number, quotes[-1] + 2)
    return None


def _at(source: Source, error: object) -> Span:
    lines = source.lines()
    line, column = getattr(error, "line", -1), getattr(error, "column", -1)
    if not isinstance(line, int) or not isinstance(column, int) or line < 1:
        line, column = len(lines), len(lines[-1]) + 1
    line = min(line, len(lines))
    text = lines[line - 1]
    column = min(max(column, 1), len(text) + 1)
    while column <= len(text) and text[column - 1] in " \t":
        column += 1
    return Span(source.path, line, column, line, min(column + 1, len(text) + 1))
