"""Functions on paths and files; what may be read is the environment's affair.

https://developer.hashicorp.com/terraform/language/functions/file and its neighbours under "Filesystem Functions".
"""

from __future__ import annotations

import posixpath
import re

from srm_lint.model.source import Source, Span
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import make_set
from srm_lint.read.terraform.functions import hashes
from srm_lint.read.terraform.functions.encoding import encoded
from srm_lint.read.terraform.functions.signature import (
    FileLister,
    Function,
    FunctionError,
    MissingFileError,
    Site,
    Table,
    text,
)

# Paths


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _abspath(site: Site, path: str) -> str | Unknown:
    if path.startswith("/"):
        return _clean(path)
    return site.unknown("abspath depends on the folder that Terraform runs in")


def _pathexpand(site: Site, path: str) -> str | Unknown:
    if path == "~" or path.startswith("~/"):
        return site.unknown("pathexpand depends on the home folder of whoever runs Terraform")
    return path


def _basename(path: str) -> str:
    stripped = path.rstrip("/")
    if not stripped:
        return "/" if path else "."
    return posixpath.basename(stripped)


def _dirname(path: str) -> str:
    return _clean(path.rpartition("/")[0] + ("/" if path.startswith("/") else "") if "/" in path else ".")


# Files


def _file(site: Site, path: str) -> Value:
    # The text stands in its file, and is passed on by the call.
    source = site.environment.read_file(path)
    return Scalar(span=_all_of(source), data=source.text).passed(site.span)


def _all_of(source: Source) -> Span:
    rows = source.text.split("\n")
    return Span(source.path, 1, 1, len(rows), len(rows[-1]) + 1)


def _fileexists(site: Site, path: str) -> bool | Unknown:
    try:
        site.environment.read_file(path)
    except MissingFileError:
        return False
    except FunctionError as error:
        return site.unknown(error.message)
    return True


def _of_content(function: Function) -> Function:
    """`function`, asked of a file's content: unknown where it cannot be read, since files are often built later."""

    def run(site: Site, path: str) -> object:
        try:
            content = site.environment.read_file(path).text
        except FunctionError as error:
            return site.unknown(error.message)
        return function.run(content)

    return Function((text("path"),), run, sited=True)


def _fileset(site: Site, folder: str, pattern: str) -> Value:
    if not isinstance(site.environment, FileLister):
        return site.unknown("the files of a folder are not known to srm-lint")
    if ".." in pattern.split("/"):
        return site.unknown("fileset with .. in its pattern is not known to srm-lint")
    matches = _glob(pattern)
    found = [
        Scalar(span=site.span, data=path) for path in site.environment.list_files(folder) if matches.fullmatch(path)
    ]
    return make_set(found, List(span=site.span, items=()))


_GLOB = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[(\^?)([^\]]+)\]|\{([^{}]*)\}|\\(.)|.", re.DOTALL)
_GLOB_WORDS = {"**/": "(?:[^/]+/)*", "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _glob(pattern: str) -> re.Pattern[str]:
    """The pattern of `fileset`: `*`, `**`, `?`, `{a,b}`, `[class]`, and a backslash before what is meant literally."""

    def translated(match: re.Match[str]) -> str:
        negated, letters, alternatives, escaped = match.groups()
        if letters is not None:
            return f"[{'^/' if negated else ''}{re.escape(letters).replace(chr(92) + '-', '-')}]"
        if alternatives is not None:
            return f"(?:{'|'.join(_GLOB.sub(translated, each) for each in alternatives.split(','))})"
        return _GLOB_WORDS.get(match[0]) or re.escape(escaped or match[0])

    return re.compile(_GLOB.sub(translated, pattern), re.DOTALL)


TABLE: Table = {
    "abspath": Function((text("path"),), _abspath, sited=True),
    "basename": Function((text("path"),), _basename),
    "dirname": Function((text("path"),), _dirname),
    "file": Function((text("path"),), _file, sited=True),
    "filebase64": _of_content(Function((text("str"),), encoded)),
    "filebase64sha256": _of_content(hashes.TABLE["base64sha256"]),
    "filebase64sha512": _of_content(hashes.TABLE["base64sha512"]),
    "fileexists": Function((text("path"),), _fileexists, sited=True),
    "filemd5": _of_content(hashes.TABLE["md5"]),
    "fileset": Function((text("path"), text("pattern")), _fileset, sited=True),
    "filesha1": _of_content(hashes.TABLE["sha1"]),
    "filesha256": _of_content(hashes.TABLE["sha256"]),
    "filesha512": _of_content(hashes.TABLE["sha512"]),
    "pathexpand": Function((text("path"),), _pathexpand, sited=True),
}
