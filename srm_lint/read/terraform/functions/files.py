"""Functions on paths and files; what may be read is the environment's affair.

https://developer.hashicorp.com/terraform/language/functions/file and its neighbours under "Filesystem Functions".
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from srm_lint.model.source import Source, Span
from srm_lint.model.value import List, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import ConversionError, make_set
from srm_lint.read.terraform.functions import hashes
from srm_lint.read.terraform.functions.encoding import encoded
from srm_lint.read.terraform.functions.parameters import text
from srm_lint.read.terraform.functions.signature import (
    FileLister,
    Function,
    FunctionError,
    MissingFileError,
    Site,
    Table,
)
from srm_lint.read.terraform.scalars import composed

# Paths


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _abspath(site: Site, path: str) -> str | Unknown:
    if path.startswith("/"):
        return _clean(path)
    return site.unknown("abspath depends on the folder that Terraform runs in")


def _pathexpand(site: Site, path: str) -> str | Unknown:
    if path == "~" or path.startswith(("~/", "~\\")):
        return site.unknown("pathexpand depends on the home folder of whoever runs Terraform")
    if path.startswith("~"):
        raise ConversionError("cannot expand user-specific home dir")
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
    return Scalar(span=_all_of(source), data=composed(source.text)).passed(site.span)


def _all_of(source: Source) -> Span:
    rows = source.text.split("\n")
    return Span(source.path, 1, 1, len(rows), len(rows[-1]) + 1)


def _fileexists(site: Site, path: str) -> bool | Unknown:
    try:
        site.environment.read_bytes(path)
    except MissingFileError:
        return False
    except FunctionError as error:
        return site.unknown(error.message)
    return True


def _of_content(digest: Callable[[bytes], str]) -> Function:
    """What a file's content gives: unknown where it cannot be read, since files are often built later."""

    def run(site: Site, path: str) -> str | Unknown:
        try:
            return digest(site.environment.read_bytes(path))
        except FunctionError as error:
            return site.unknown(error.message)

    return Function((text("path"),), run, sited=True)


def _fileset(site: Site, folder: str, pattern: str) -> Value:
    if not isinstance(site.environment, FileLister):
        return site.unknown("the files of a folder are not known to srm-lint")
    if any(letter in "*?[{\\" for letter in folder):
        return site.unknown("the files of a folder with a pattern in its name are not known to srm-lint")
    from srm_lint.read.terraform.functions.globs import matches

    parts = posixpath.normpath(pattern.strip("/") or ".").split("/")
    above = parts.count("..")  # only leading ones are left
    start = posixpath.join(folder, *parts[:above])
    found = matches(site.environment.list_files(start), "/".join(parts[above:]))
    paths = (posixpath.relpath(posixpath.join(start, path), folder or ".") if above else path for path in found)
    return make_set([Scalar(span=site.span, data=composed(path)) for path in paths], List(span=site.span, items=()))


TABLE: Table = {
    "abspath": Function((text("path"),), _abspath, sited=True),
    "basename": Function((text("path"),), _basename),
    "dirname": Function((text("path"),), _dirname),
    "file": Function((text("path"),), _file, sited=True),
    "filebase64": _of_content(encoded),
    "filebase64sha256": _of_content(hashes.base64("sha256")),
    "filebase64sha512": _of_content(hashes.base64("sha512")),
    "fileexists": Function((text("path"),), _fileexists, sited=True),
    "filemd5": _of_content(hashes.hexadecimal("md5")),
    "fileset": Function((text("path"), text("pattern")), _fileset, sited=True),
    "filesha1": _of_content(hashes.hexadecimal("sha1")),
    "filesha256": _of_content(hashes.hexadecimal("sha256")),
    "filesha512": _of_content(hashes.hexadecimal("sha512")),
    "pathexpand": Function((text("path"),), _pathexpand, sited=True),
}
