"""One Terraform text in, where srm-lint and python-hcl2 read different structures out.

Both trees are written down in the same plain terms: blocks with their type, labels, attributes and nested blocks, and
expressions as nested tuples. Only this module knows what python-hcl2 calls them, and what it cannot tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from typing import Any, NamedTuple

import hcl2
from lark import Token, Tree
from lark.exceptions import LarkError

from srm_lint.model.source import Source, Span
from srm_lint.read.terraform import expressions as own
from srm_lint.read.terraform.parsing import parse
from srm_lint.read.terraform.syntax import Block, Document

Parts = list[Tree[Token]]
Term = Any
"""An expression: a tuple of its kind and its parts."""

ANYTHING = ("anything",)
"""A text with directives: python-hcl2 leaves them flat, so that their structure cannot be compared."""

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|([$%])\2\{", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_GAP = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")
_HEREDOC = re.compile(r"<<(-?)([\w.-]+)\r?\n(.*?)[ \t]*\2\s*\Z", re.DOTALL)


class Refused(Exception):
    """python-hcl2 cannot read the text."""


class Mismatch(NamedTuple):
    """Where the structures differ, what it is called, and both."""

    span: Span
    path: str
    ours: object
    theirs: object


class Other(NamedTuple):
    """A block, or a whole file, as python-hcl2 reads it."""

    keyword: str
    labels: tuple[str, ...]
    attributes: dict[str, Term]
    blocks: tuple[Other, ...]


def compare(source: Source) -> tuple[int, list[Mismatch]]:
    """How many blocks and attributes were compared, and where they differ. Raises `Refused`."""
    try:
        theirs = _body(hcl2.parses_to_tree(source.text).children[0], "", ())
    except (LarkError, RecursionError, ValueError) as error:
        raise Refused(str(error).split("\n")[0]) from None
    document = parse(source)
    differences = list(_differences(document, document, theirs, ""))
    differences.extend(Mismatch(each.span, "", each.message, "no problem") for each in document.problems)
    return _size(theirs), differences


def _size(block: Other) -> int:
    return len(block.attributes) + sum(1 + _size(each) for each in block.blocks)


def _differences(document: Document, ours: Document | Block, theirs: Other, path: str) -> Iterator[Mismatch]:
    at = ours.span if isinstance(ours, Block) else document.source.start()
    if list(ours.attributes) != list(theirs.attributes):
        yield Mismatch(at, f"{path} (names)", list(ours.attributes), list(theirs.attributes))
    for name, attribute in ours.attributes.items():
        if name in theirs.attributes:
            unlike = _unlike(_term(attribute.expression, document), theirs.attributes[name])
            if unlike is not None:
                yield Mismatch(attribute.name_span, f"{path}.{name}", *unlike)
    for mine_, other in zip_longest(ours.blocks, theirs.blocks):
        if mine_ is None or other is None or (mine_.keyword, mine_.labels) != (other.keyword, other.labels):
            header = (mine_.keyword, mine_.labels) if mine_ is not None else None
            yield Mismatch(mine_.span if mine_ is not None else at, f"{path} (blocks)", header, other and other[:2])
        else:
            yield from _differences(document, mine_, other, ".".join((path, other.keyword, *other.labels)))


def _unlike(ours: Term, theirs: Term) -> tuple[Term, Term] | None:
    """The innermost parts in which two terms differ, if they do."""
    if ANYTHING in (ours, theirs):
        return None
    if not (isinstance(ours, tuple) and isinstance(theirs, tuple) and len(ours) == len(theirs)):
        return None if type(ours) is type(theirs) and ours == theirs else (ours, theirs)
    return next(filter(None, map(_unlike, ours, theirs)), None)


# What srm-lint reads


def _term(node: object, document: Document) -> Term:
    match node:
        case own.Literal(value=value):
            return _literal(value.data)
        case own.Name(name=name):
            return ("name", name)
        case own.Traversal(root=root, steps=steps):
            inner = _term(root, document)
            return ("steps", inner, *_steps(steps, document)) if steps else inner
        case own.Template(span=span, parts=parts):
            raw = _cut(document.source, span)
            return ("heredoc", raw) if raw.startswith("<<") else _template([_term(part, document) for part in parts])
        case own.Tuple(items=items):
            return ("tuple", *(_term(item, document) for item in items))
        case own.ObjectOf(members=members):
            return ("object", *((_term(each.key, document), _term(each.value, document)) for each in members))
        case own.For(key=key, item=item, result_key=result_key, group=group):
            parts_ = (node.collection, result_key, node.result, node.condition)
            return ("for", key, item, *(part and _term(part, document) for part in parts_), group)
        case own.Conditional():
            return ("if", *(_term(part, document) for part in (node.condition, node.then, node.otherwise)))
        case own.Binary(operator=operator, left=left, right=right):
            return ("binary", operator, _term(left, document), _term(right, document))
        case own.Unary(operator=operator, operand=operand):
            return ("unary", operator, _term(operand, document))
        case own.Call(name=name, arguments=arguments, expand=expand):
            return ("call", name, tuple(_term(each, document) for each in arguments), expand)
    return ("not understood", type(node).__name__)


def _steps(steps: tuple[own.Step, ...], document: Document) -> Iterator[Term]:
    """Flat, since python-hcl2 gives an index that follows `.*` to the splat, and Terraform does not."""
    for step in steps:
        if isinstance(step, own.Attribute):
            yield ("attribute", step.name)
        elif isinstance(step, own.Index):
            yield ("index", _term(step.key, document))
        else:
            yield ("splat",)
            yield from _steps(step.steps, document)


def _cut(source: Source, span: Span) -> str:
    lines = _lines(source)[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@cache
def _lines(source: Source) -> list[str]:
    return source.text.split("\n")


# What python-hcl2 reads


def _body(tree: Tree[Token], keyword: str, labels: tuple[str, ...]) -> Other:
    attributes: dict[str, Term] = {}
    blocks: list[Other] = []
    for child in _trees(tree):
        if child.data == "attribute":
            name, value = _trees(child)
            attributes.setdefault(_word(name), _their(value))
        elif child.data == "block":
            *words, body = _trees(child)
            first, *rest = map(_word, words)
            blocks.append(_body(body, first, tuple(rest)))
    return Other(keyword, labels, attributes, tuple(blocks))


def _trees(tree: Tree[Token]) -> Parts:
    return [each for each in tree.children if isinstance(each, Tree) and each.data != "new_line_or_comment"]


def _tokens(tree: Tree[Token]) -> list[str]:
    return [str(each).strip() for each in tree.children if isinstance(each, Token)]


def _word(tree: Tree[Token]) -> str:
    if tree.data != "string":
        return str(tree.children[0])
    return "".join(_unescaped(str(part)) for each in _trees(tree) for part in each.children)


def _their(tree: Tree[Token]) -> Term:
    parts = _trees(tree)
    translation = _TRANSLATIONS.get(str(tree.data))
    if translation is not None:
        return translation(tree, parts)
    root, step = parts
    before = _their(root)
    # Steps that follow what stands in parentheses are steps from one thing.
    flat = before[1:] if before[0] == "steps" and "(" not in _tokens(root) else (before,)
    return ("steps", *flat, *_their_steps(step))


def _their_steps(tree: Tree[Token]) -> Iterator[Term]:
    parts = _trees(tree)
    match str(tree.data):
        case "get_attr":
            yield ("attribute", str(parts[0].children[0]))
        case "short_index":
            yield ("index", _literal(Decimal(_tokens(tree)[-1])))
        case "braces_index":
            yield ("index", _their(parts[0]))
        case _:
            yield ("splat",)
            for each in parts:
                yield from _their_steps(each)


def _member(key: Tree[Token], value: Tree[Token]) -> Term:
    inner = key.children[0]
    if isinstance(inner, Tree) and inner.data == "expr_term" and "(" not in _tokens(inner):
        inner = inner.children[0]
        if isinstance(inner, Tree) and inner.data in ("identifier", "literal_value", "int_lit"):
            return ("literal", str(inner.children[0])), _their(value)
    if isinstance(inner, Tree) and inner.data == "keyword":
        return ("literal", str(inner.children[0])), _their(value)
    return _their(_trees(key)[0]), _their(value)


def _binary(_tree: Tree[Token], parts: Parts) -> Term:
    left, term = parts
    operator, right = _trees(term)
    return ("binary", _tokens(operator)[0], _their(left), _their(right))


def _unary(tree: Tree[Token], parts: Parts) -> Term:
    operator, operand = _tokens(tree)[0], _their(parts[0])
    number = operand[1] if operator == "-" and operand[0] == "literal" else None
    return _literal(-number) if isinstance(number, Decimal) else ("unary", operator, operand)


def _call(_tree: Tree[Token], parts: Parts) -> Term:
    names = [str(each.children[0]) for each in parts if each.data == "identifier"]
    given = [each for each in parts if each.data == "arguments"]
    arguments = tuple(_their(each) for part in given for each in _trees(part))
    return ("call", "::".join(names), arguments, any("..." in _tokens(part) for part in given))


def _for(tree: Tree[Token], parts: Parts) -> Term:
    intro, *rest = parts
    *names, collection = _trees(intro)
    conditions = [_their(_trees(each)[0]) for each in rest if each.data == "for_cond"]
    results: list[Term] = [_their(each) for each in rest if each.data != "for_cond"]
    if tree.data == "for_tuple_expr":
        results.insert(0, None)
    words = [str(each.children[0]) for each in names]
    key = words[0] if len(words) == 2 else None
    condition = conditions[0] if conditions else None
    return ("for", key, words[-1], _their(collection), *results, condition, "..." in _tokens(tree))


def _string(_tree: Tree[Token], parts: Parts) -> Term:
    found: list[Term] = []
    for part in parts:
        (inner,) = part.children
        if isinstance(inner, Token):
            found.append(("literal", _unescaped(str(inner))))
        elif inner.data == "interpolation":
            found.append(_their(inner))
        else:
            return ANYTHING
    if not found or (len(parts) == 1 and not isinstance(parts[0].children[0], Token)):
        return found[0] if found else _literal("")
    return _template(found)


def _heredoc(tree: Tree[Token], _parts: Parts) -> Term:
    text = str(tree.children[0])
    match = _HEREDOC.match(text)
    if match is None:
        return ("not understood", text)
    body = match[3]
    if _GAP.search(body):
        return ("heredoc", text.rstrip())
    lines = re.sub(r"([$%])\1\{", r"\1{", body).splitlines(keepends=True)
    if match[1]:
        indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
        lines = [line[min(indents, default=0) :] if line.strip() else line.lstrip(" \t") for line in lines]
    return _literal("".join(lines))


_TRANSLATIONS: dict[str, Callable[[Tree[Token], Parts], Term]] = {
    "expr_term": lambda _, parts: _their(parts[0]),
    "interpolation": lambda _, parts: _their(parts[0]),
    "identifier": lambda tree, _: ("name", str(tree.children[0])),
    "keyword": lambda tree, _: ("name", str(tree.children[0])),
    "literal_value": lambda tree, _: _literal({"true": True, "false": False, "null": None}[str(tree.children[0])]),
    "int_lit": lambda tree, _: _literal(Decimal(str(tree.children[0]))),
    "float_lit": lambda tree, _: _literal(Decimal(str(tree.children[0]))),
    "string": _string,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "tuple": lambda _, parts: ("tuple", *map(_their, parts)),
    "object": lambda _, parts: ("object", *(_member(*_trees(each)) for each in parts)),
    "conditional": lambda _, parts: ("if", *map(_their, parts)),
    "binary_op": _binary,
    "unary_op": _unary,
    "function_call": _call,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
}


# What both are written down in


def _literal(data: object) -> Term:
    if isinstance(data, str):
        return ("literal", unicodedata.normalize("NFC", data))
    return (
        "literal",
        Decimal(data).normalize() if isinstance(data, int | Decimal) and not isinstance(data, bool) else data,
    )


def _template(parts: list[Term]) -> Term:
    """Neighbouring texts are one text."""
    joined: list[Term] = []
    for part in parts:
        if joined and part[0] == joined[-1][0] == "literal" and isinstance(part[1], str):
            joined[-1] = ("literal", joined[-1][1] + part[1])
        else:
            joined.append(part)
    if len(joined) == 1 and joined[0][0] == "literal":
        return _literal(joined[0][1])
    return ("template", *joined)


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[2]:
            return match[2] + "{"
        escape = match[1]
        return chr(int(escape[1:], 16)) if len(escape) > 1 else _PLAIN.get(escape, match[0])

    return _ESCAPE.sub(plain, text)
