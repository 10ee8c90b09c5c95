"""What each function gives, as HashiCorp's (or OpenTofu's) page on it says, and the errors that the pages tell of."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from terraform_values import CALL, Set, call, result_of, value

from srm_lint.model.value import Scalar
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.functions import FunctionError, LimitError

NUMERIC: list[tuple[str, list[Any], Any]] = [
    ("abs", [23], 23),
    ("abs", [0], 0),
    ("abs", [-12.4], Decimal("12.4")),
    ("abs", ["-3"], 3),
    ("ceil", [5], 5),
    ("ceil", [5.1], 6),
    ("ceil", [-5.1], -5),
    ("floor", [5], 5),
    ("floor", [4.9], 4),
    ("floor", [-4.1], -5),
    ("log", [50, 10], Decimal("1.6989700043360185")),
    ("log", [16, 2], 4),
    ("max", [12, 54, 3], 54),
    ("max", [5], 5),
    ("min", [12, 54, 3], 3),
    ("min", ["1.5", 2], Decimal("1.5")),
    ("parseint", ["100", 10], 100),
    ("parseint", ["FF", 16], 255),
    ("parseint", ["-10", 16], -16),
    ("parseint", ["1011111011101111", 2], 48879),
    ("parseint", ["aA", 62], 656),
    ("pow", [3, 2], 9),
    ("pow", [4, 0], 1),
    ("pow", [2, -1], Decimal("0.5")),
    ("pow", [2, 0.5], Decimal("1.4142135623730951")),
    ("signum", [-13], -1),
    ("signum", [0], 0),
    ("signum", [344], 1),
]

STRINGS: list[tuple[str, list[Any], Any]] = [
    ("chomp", ["hello\n"], "hello"),
    ("chomp", ["hello\r\n"], "hello"),
    ("chomp", ["hello\n\n"], "hello"),
    ("chomp", ["a\nb"], "a\nb"),
    ("endswith", ["hello world", "world"], True),
    ("endswith", ["hello world", "hello"], False),
    ("indent", [2, "[\n  foo,\n  bar,\n]\n"], "[\n    foo,\n    bar,\n  ]\n  "),
    ("join", ["-", ["foo", "bar", "baz"]], "foo-bar-baz"),
    ("join", [", ", ["foo"]], "foo"),
    ("join", [", ", []], ""),
    ("join", [",", ["a"], [1, True]], "a,1,true"),
    ("lower", ["HELLO"], "hello"),
    ("lower", ["АЛЛО!"], "алло!"),
    ("split", [",", "foo,bar,baz"], ["foo", "bar", "baz"]),
    ("split", [",", "foo"], ["foo"]),
    ("split", [",", ""], [""]),
    ("startswith", ["hello world", "hello"], True),
    ("startswith", ["hello world", "world"], False),
    ("strcontains", ["hello world", "wor"], True),
    ("strcontains", ["hello world", "wod"], False),
    ("strrev", ["hello"], "olleh"),
    ("strrev", ["a ☃"], "☃ a"),
    ("strrev", ["noe\u0308l"], "l\u00ebon"),
    ("substr", ["hello world", 1, 4], "ello"),
    ("substr", ["🤔🤷", 0, 1], "🤔"),
    ("substr", ["hello world", -5, -1], "world"),
    ("substr", ["hello world", 6, 10], "world"),
    ("substr", ["hello", 9, 2], ""),
    ("title", ["hello world"], "Hello World"),
    ("trim", ["?!hello?!", "!?"], "hello"),
    ("trim", ["foobar", "far"], "oob"),
    ("trim", ["   hello! world.!  ", "! "], "hello! world."),
    ("trimprefix", ["helloworld", "hello"], "world"),
    ("trimprefix", ["helloworld", "cat"], "helloworld"),
    ("trimprefix", ["--hello", "-"], "-hello"),
    ("trimsuffix", ["helloworld", "world"], "hello"),
    ("trimsuffix", ["hello--", "-"], "hello-"),
    ("trimspace", ["  hello\n\n"], "hello"),
    ("upper", ["hello"], "HELLO"),
    ("upper", ["алло!"], "АЛЛО!"),
    ("upper", ["straße"], "STRASSE".replace("SS", "ß")),
]

FORMATTING: list[tuple[str, list[Any], Any]] = [
    ("format", ["Hello, %s!", "Ander"], "Hello, Ander!"),
    ("format", ["There are %d lights", 4], "There are 4 lights"),
    ("format", ["%#v", "hello"], '"hello"'),
    ("format", ["%#v", True], "true"),
    ("format", ["%#v", 1], "1"),
    ("format", ["%#v", {"a": 1}], '{"a":1}'),
    ("format", ["%#v", [True]], "[true]"),
    ("format", ["%#v", None], "null"),
    ("format", ["%v %v %v", "a", 1.5, None], "a 1.5 null"),
    ("format", ["%v", 1000000], "1e+06"),
    ("format", ["%v", 123456], "123456"),
    ("format", ["%s", 1000000], "1000000"),
    ("format", ["%v", 0.00001], "1e-05"),
    ("format", ["%%"], "%"),
    ("format", ["%t", "true"], "true"),
    ("format", ["%b %o %x %X", 10, 10, 255, 255], "1010 12 ff FF"),
    ("format", ["%d", "7"], "7"),
    ("format", ["%e", 1234.456], "1.234456e+03"),
    ("format", ["%E", 1234.456], "1.234456E+03"),
    ("format", ["%f", 1.5], "1.500000"),
    ("format", ["%9.2f|", 3.14159], "     3.14|"),
    ("format", ["%-9.2f|", 3.14159], "3.14     |"),
    ("format", ["%+d % d", 5, 5], "+5  5"),
    ("format", ["%03d %03d", 5, -5], "005 -05"),
    ("format", ["%g %g", 1000000, 1.25], "1e+06 1.25"),
    ("format", ["%G", 1000000], "1E+06"),
    ("format", ["%.3g", 1234.5], "1.23e+03"),
    ("format", ["%q", 'a"b'], '"a\\"b"'),
    ("format", ["%5s|%-5s|", "ab", "ab"], "   ab|ab   |"),
    ("format", ["%.2s", "abc"], "ab"),
    ("format", ["%[2]s %[1]s", "a", "b"], "b a"),
    ("format", ["%[2]s %[1]s %s", "a", "b"], "b a b"),
    ("formatlist", ["Hello, %s!", ["Valentina", "Ander"]], ["Hello, Valentina!", "Hello, Ander!"]),
    (
        "formatlist",
        ["%s, %s!", "Salutations", ["Valentina", "Ander"]],
        ["Salutations, Valentina!", "Salutations, Ander!"],
    ),
    ("formatlist", ["%s", []], []),
    ("formatlist", ["%s", "x"], ["x"]),
]

PATTERNS: list[tuple[str, list[Any], Any]] = [
    ("regex", ["[a-z]+", "53453453.345345aaabbbccc23454"], "aaabbbccc"),
    ("regex", [r"(\d\d\d\d)-(\d\d)-(\d\d)", "2019-02-01"], ["2019", "02", "01"]),
    (
        "regex",
        ["^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/"],
        {"authority": "terraform.io", "scheme": "https"},
    ),
    ("regex", ["(a)|(b)", "b"], [None, "b"]),
    ("regexall", ["[a-z]+", "1234abcd5678efgh9"], ["abcd", "efgh"]),
    ("regexall", ["[a-z]+", "123456789"], []),
    ("regexall", ["(a)(.)", "abac"], [["a", "b"], ["a", "c"]]),
    ("replace", ["1 + 2 + 3", "+", "-"], "1 - 2 - 3"),
    ("replace", ["hello world", "/w.*d/", "everybody"], "hello everybody"),
    ("replace", ["a-b", "/(a)-(?P<x>b)/", "$x$1$$${x}"], "ba$b"),
    ("replace", ["ab", "", "-"], "-a-b-"),
]

LISTS: list[tuple[str, list[Any], Any]] = [
    ("alltrue", [["true", True]], True),
    ("alltrue", [[True, False]], False),
    ("alltrue", [[]], True),
    ("alltrue", [[True, None]], False),
    ("anytrue", [["true"]], True),
    ("anytrue", [[]], False),
    ("anytrue", [[None, False]], False),
    ("chunklist", [["a", "b", "c", "d", "e"], 2], [["a", "b"], ["c", "d"], ["e"]]),
    ("chunklist", [["a", "b"], 0], [["a", "b"]]),
    ("coalesce", ["a", "b"], "a"),
    ("coalesce", ["", "b"], "b"),
    ("coalesce", [None, 1, 2], 1),
    ("coalesce", [1, "x"], "1"),
    ("coalescelist", [["a", "b"], ["c", "d"]], ["a", "b"]),
    ("coalescelist", [[], ["c", "d"]], ["c", "d"]),
    ("compact", [["a", "", "b", None, "c"]], ["a", "b", "c"]),
    ("concat", [["a", ""], ["b", "c"]], ["a", "", "b", "c"]),
    ("contains", [["a", "b", "c"], "a"], True),
    ("contains", [["a", "b", "c"], "d"], False),
    ("contains", [[1], "1"], False),
    ("contains", [Set(["a"]), "a"], True),
    ("distinct", [["a", "b", "a", "c", "d", "b"]], ["a", "b", "c", "d"]),
    ("element", [["a", "b", "c"], 1], "b"),
    ("element", [["a", "b", "c"], 3], "a"),
    ("element", [["a", "b", "c"], -1], "c"),
    ("flatten", [[["a", "b"], [], ["c"]]], ["a", "b", "c"]),
    ("flatten", [[[["a", "b"], []], ["c"]]], ["a", "b", "c"]),
    ("flatten", [[{"a": ["b"]}]], [{"a": ["b"]}]),
    ("index", [["a", "b", "c"], "b"], 1),
    ("length", [[]], 0),
    ("length", [["a", "b"]], 2),
    ("length", [{"a": "b"}], 1),
    ("length", ["hello"], 5),
    ("length", ["👾🕹️"], 2),
    ("length", ["🇩🇪🇫🇷"], 2),
    ("list", ["a", 1], ["a", "1"]),
    ("matchkeys", [["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"]], ["i-abc", "i-def"]),
    ("one", [[]], None),
    ("one", [["hello"]], "hello"),
    ("one", [Set(["hello"])], "hello"),
    ("range", [3], [0, 1, 2]),
    ("range", [1, 4], [1, 2, 3]),
    ("range", [1, 8, 2], [1, 3, 5, 7]),
    ("range", [1, 4, 0.5], [1, Decimal("1.5"), 2, Decimal("2.5"), 3, Decimal("3.5")]),
    ("range", [4, 1], [4, 3, 2]),
    ("range", [10, 5, -2], [10, 8, 6]),
    ("range", [0], []),
    ("range", [-2], [0, -1]),
    ("reverse", [[1, 2, 3]], [3, 2, 1]),
    ("slice", [["a", "b", "c", "d"], 1, 3], ["b", "c"]),
    ("sort", [["e", "d", "a", "x"]], ["a", "d", "e", "x"]),
    ("sort", [[10, 9]], ["10", "9"]),
    ("sum", [[10, 13, 6, 4.5]], Decimal("33.5")),
]

MAPS: list[tuple[str, list[Any], Any]] = [
    ("keys", [{"c": 2, "a": 1, "d": 3}], ["a", "c", "d"]),
    ("lookup", [{"a": "ay", "b": "bee"}, "a", "what?"], "ay"),
    ("lookup", [{"a": "ay", "b": "bee"}, "c", "what?"], "what?"),
    ("lookup", [{"a": "ay"}, "a"], "ay"),
    ("lookup", [{"a": "ay"}, "b", None], None),
    ("map", ["a", 1, "b", 2], {"a": 1, "b": 2}),
    ("merge", [{"a": "b", "c": "d"}, {"e": "f", "c": "z"}], {"a": "b", "c": "z", "e": "f"}),
    ("merge", [{"a": "b"}, {"a": [1, 2], "c": "z"}, {"d": 3}], {"a": [1, 2], "c": "z", "d": 3}),
    ("merge", [None, {"a": 1}], {"a": 1}),
    ("merge", [], {}),
    ("transpose", [{"a": ["1", "2"], "b": ["2", "3"]}], {"1": ["a"], "2": ["a", "b"], "3": ["b"]}),
    ("values", [{"a": 3, "c": 2, "d": 1}], [3, 2, 1]),
    ("zipmap", [["a", "b"], [1, 2]], {"a": 1, "b": 2}),
]

SETS: list[tuple[str, list[Any], Any]] = [
    ("setintersection", [["a", "b"], ["b", "c"], ["b", "d"]], Set(["b"])),
    (
        "setproduct",
        [["development", "staging"], ["app1", "app2"]],
        [["development", "app1"], ["development", "app2"], ["staging", "app1"], ["staging", "app2"]],
    ),
    ("setproduct", [Set(["a"]), Set(["b"])], Set([["a", "b"]])),
    ("setproduct", [["a"], []], []),
    ("setsubtract", [["a", "b", "c"], ["a", "c"]], Set(["b"])),
    ("setunion", [["a", "b"], ["b", "c"], ["d"]], Set(["a", "b", "c", "d"])),
    ("setunion", [[1], ["a"]], Set(["1", "a"])),
]

ENCODING: list[tuple[str, list[Any], Any]] = [
    ("base64decode", ["SGVsbG8gV29ybGQ="], "Hello World"),
    ("base64encode", ["Hello World"], "SGVsbG8gV29ybGQ="),
    ("base64gunzip", ["H4sIAAAAAAACA/NIzcnJBwCCidH3BQAAAA=="], "Hello"),
    (
        "csvdecode",
        ["a,b,c\n1,2,3\n4,5,6\n"],
        [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "6"}],
    ),
    ("csvdecode", ['a,b\n"x, y","1\n2"\n'], [{"a": "x, y", "b": "1\n2"}]),
    ("textdecodebase64", ["SABlAGwAbABvACAAVwBvAHIAbABkAA==", "UTF-16LE"], "Hello World"),
    ("textencodebase64", ["Hello World", "UTF-16LE"], "SABlAGwAbABvACAAVwBvAHIAbABkAA=="),
    ("urlencode", ["Hello World!"], "Hello+World%21"),
    ("urlencode", ["☃"], "%E2%98%83"),
    ("urlencode", ["foo:bar@localhost?foo=bar&bar=baz"], "foo%3Abar%40localhost%3Ffoo%3Dbar%26bar%3Dbaz"),
    ("urldecode", ["Hello+World%21"], "Hello World!"),
    ("jsonencode", [{"hello": "world"}], '{"hello":"world"}'),
    ("jsonencode", [{"b": [1, 1.5, None], "a": True}], '{"a":true,"b":[1,1.5,null]}'),
    ("jsonencode", ["<é&>\u2028"], '"\\u003cé\\u0026\\u003e\\u2028"'),
    ("jsonencode", [Decimal("1E+30")], "1" + "0" * 30),
    ("jsondecode", ['{"hello": "world"}'], {"hello": "world"}),
    ("jsondecode", ["true"], True),
    ("jsondecode", ["[1, 2.50, 1e3, null]"], [1, Decimal("2.5"), 1000, None]),
    ("yamlencode", [{"a": "b", "c": "d"}], '"a": "b"\n"c": "d"\n'),
    ("yamlencode", [{"foo": [1, 2, 3], "bar": "baz"}], '"bar": "baz"\n"foo":\n- 1\n- 2\n- 3\n'),
    (
        "yamlencode",
        [{"foo": [1, {"a": "b", "c": "d"}, 3], "bar": "baz"}],
        '"bar": "baz"\n"foo":\n- 1\n- "a": "b"\n  "c": "d"\n- 3\n',
    ),
    ("yamlencode", [{"e": [], "f": {}, "n": None, "t": True}], '"e": []\n"f": {}\n"n": null\n"t": true\n'),
    ("yamlencode", ["x"], '"x"\n'),
    ("yamlencode", [1.5], "1.5\n...\n"),
    ("yamldecode", ["hello: world"], {"hello": "world"}),
    ("yamldecode", ["true"], True),
    ("yamldecode", ["{a: &foo [1, 2, 3], b: *foo}"], {"a": [1, 2, 3], "b": [1, 2, 3]}),
    (
        "yamldecode",
        ["[yes, 'yes', ~, 1.50, 2012-10-17, x]"],
        [True, "yes", None, Decimal("1.5"), "2012-10-17T00:00:00Z", "x"],
    ),
    ("yamldecode", ["!!str 5"], "5"),
    ("yamldecode", ["---\n"], None),
]

FILES: list[tuple[str, list[Any], Any]] = [
    ("abspath", ["/a/../b"], "/b"),
    ("basename", ["foo/bar/baz.txt"], "baz.txt"),
    ("basename", [""], "."),
    ("dirname", ["foo/bar/baz.txt"], "foo/bar"),
    ("dirname", ["baz.txt"], "."),
    ("dirname", ["/baz.txt"], "/"),
    ("dirname", ["foo/bar/"], "foo/bar"),
    ("file", ["./hello.txt"], "Hello World"),
    ("filebase64", ["./hello.txt"], "SGVsbG8gV29ybGQ="),
    ("filemd5", ["./hello.txt"], "b10a8db164e0754105b7a99be72e3fe5"),
    ("filesha1", ["./hello.txt"], "0a4d55a8d778e5022fab701977c5d840bbc486d0"),
    ("filebase64sha256", ["./hello.txt"], "pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4="),
    ("fileexists", ["./hello.txt"], True),
    ("fileexists", ["./nothing.txt"], False),
    ("fileset", ["./files", "*.txt"], Set(["a.txt", "b.txt"])),
    ("fileset", ["./files", "{a,b}.txt"], Set(["a.txt", "b.txt"])),
    ("fileset", ["./files", "**/*.json"], Set(["d.json", "deep/er/c.json"])),
    ("fileset", ["./files", "[ab].t?t"], Set(["a.txt", "b.txt"])),
    ("fileset", ["./files", "**"], Set(["a.txt", "b.txt", "d.json", "deep/er/c.json"])),
    ("pathexpand", ["a/~b"], "a/~b"),
    ("templatefile", ["./who.tftpl", {"name": "World"}], "Hello World"),
    ("templatestring", ["Hi ${name}", {"name": "World"}], "Hi World"),
]

DATES: list[tuple[str, list[Any], Any]] = [
    ("formatdate", ["DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z"], "02 Jan 2018 23:12 UTC"),
    ("formatdate", ["EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z"], "Tuesday, 02-Jan-18 23:12:01 UTC"),
    ("formatdate", ["EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00"], "Tue, 02 Jan 2018 23:12:01 -0800"),
    ("formatdate", ["MMM DD, YYYY", "2018-01-02T23:12:01Z"], "Jan 02, 2018"),
    ("formatdate", ["HH:mmaa", "2018-01-02T23:12:01Z"], "11:12pm"),
    ("formatdate", ["h'h'm'm''s'", "2018-01-02T03:02:01Z"], "3h2m's"),
    ("timeadd", ["2017-11-22T00:00:00Z", "10m"], "2017-11-22T00:10:00Z"),
    ("timeadd", ["2017-11-22T00:00:00+01:00", "-1h30m"], "2017-11-21T22:30:00+01:00"),
    ("timecmp", ["2017-11-22T00:00:00Z", "2017-11-22T00:00:00Z"], 0),
    ("timecmp", ["2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z"], -1),
    ("timecmp", ["2017-11-22T01:00:00Z", "2017-11-22T00:00:00Z"], 1),
    ("timecmp", ["2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00"], 0),
]

HASHES: list[tuple[str, list[Any], Any]] = [
    ("base64sha256", ["hello world"], "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
    (
        "base64sha512",
        ["hello world"],
        "MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw==",
    ),
    ("md5", ["hello world"], "5eb63bbbe01eeed093cb22bb8f5acdc3"),
    ("sha1", ["hello world"], "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"),
    ("sha256", ["hello world"], "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"),
    ("uuidv5", ["dns", "www.terraform.io"], "a5008fae-b28c-5ba5-96cd-82b4c53552d6"),
    ("uuidv5", ["url", "https://www.terraform.io/"], "9db6f67c-dd95-5ea0-aa5b-e70e5c5f7cf5"),
    (
        "uuidv5",
        ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.terraform.io"],
        "a5008fae-b28c-5ba5-96cd-82b4c53552d6",
    ),
]

NETWORK: list[tuple[str, list[Any], Any]] = [
    ("cidrhost", ["10.12.112.0/20", 16], "10.12.112.16"),
    ("cidrhost", ["10.12.112.0/20", 268], "10.12.113.12"),
    ("cidrhost", ["10.12.112.0/20", -1], "10.12.127.255"),
    ("cidrhost", ["fd00:fd12:3456:7890:00a2::/72", 34], "fd00:fd12:3456:7890::22"),
    ("cidrnetmask", ["172.16.0.0/12"], "255.240.0.0"),
    ("cidrsubnet", ["172.16.0.0/12", 4, 2], "172.18.0.0/16"),
    ("cidrsubnet", ["10.1.2.0/24", 4, 15], "10.1.2.240/28"),
    ("cidrsubnet", ["fd00:fd12:3456:7890::/56", 16, 162], "fd00:fd12:3456:7800:a200::/72"),
    ("cidrsubnets", ["10.1.0.0/16", 4, 4, 8, 4], ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"]),
    (
        "cidrsubnets",
        ["fd00:fd12:3456:7890::/56", 16, 16, 16, 32],
        [
            "fd00:fd12:3456:7800::/72",
            "fd00:fd12:3456:7800:100::/72",
            "fd00:fd12:3456:7800:200::/72",
            "fd00:fd12:3456:7800:300::/88",
        ],
    ),
    ("cidrcontains", ["192.168.2.0/20", "192.168.2.1"], True),
    ("cidrcontains", ["192.168.2.0/20", "192.168.2.0/22"], True),
    ("cidrcontains", ["192.168.2.0/20", "192.126.2.1"], False),
]

CONVERSIONS: list[tuple[str, list[Any], Any]] = [
    ("issensitive", ["a"], False),
    ("nonsensitive", ["a"], "a"),
    ("sensitive", ["a"], "a"),
    ("tobool", [True], True),
    ("tobool", ["true"], True),
    ("tobool", [None], None),
    ("tolist", [["a", "b", 3]], ["a", "b", "3"]),
    ("tolist", [Set(["a", "b"])], ["a", "b"]),
    ("tomap", [{"a": 1, "b": "foo"}], {"a": "1", "b": "foo"}),
    ("tonumber", ["1"], 1),
    ("tonumber", [None], None),
    ("toset", [["c", "b", "b"]], Set(["b", "c"])),
    ("toset", [["a", "b", 3]], Set(["3", "a", "b"])),
    ("tostring", ["hello"], "hello"),
    ("tostring", [1], "1"),
    ("tostring", [True], "true"),
    ("tostring", [Decimal("1E+25")], "1" + "0" * 25),
    ("type", ["a"], "string"),
    ("type", [[1]], "tuple([\n    number,\n])"),
]

ASSUMPTIONS: list[tuple[str, list[Any], Any]] = [
    ("assumeequal", ["a", "a"], "a"),
    ("assumelistlength", [["a"], 1, 2], ["a"]),
    ("assumemaplengthmin", [{"a": 1}, 1], {"a": 1}),
    ("assumesetlengthmax", [["a", "a"], 1], Set(["a"])),
    ("assumenotnull", ["a"], "a"),
    ("assumestringprefix", ["vpc-1", "vpc-"], "vpc-1"),
]

TABLE = [
    *ASSUMPTIONS,
    *NUMERIC,
    *STRINGS,
    *FORMATTING,
    *PATTERNS,
    *LISTS,
    *MAPS,
    *SETS,
    *ENCODING,
    *FILES,
    *DATES,
    *HASHES,
    *NETWORK,
    *CONVERSIONS,
]
TREE = {
    "./hello.txt": "Hello World",
    "./who.tftpl": "Hello ${name}",
    "./files/a.txt": "",
    "./files/b.txt": "",
    "./files/d.json": "",
    "./files/deep/er/c.json": "",
}


def shape(data: Any) -> Any:
    """`data` with types that `==` does not tell apart made visible: true is not 1, a set is no list."""
    if isinstance(data, list):
        return data.__class__.__name__, [shape(item) for item in data]
    if isinstance(data, dict):
        return {name: shape(member) for name, member in data.items()}
    return data.__class__.__name__, data


@pytest.mark.parametrize(("name", "arguments", "wanted"), TABLE)
def test_what_the_page_says(name: str, arguments: list[Any], wanted: Any) -> None:
    assert shape(call(name, *arguments, files=TREE)) == shape(wanted)


def test_the_index_of_groups_is_the_tables() -> None:
    for group, names in functions.GROUPS.items():
        table = import_module(f"srm_lint.read.terraform.functions.{group}").TABLE
        assert list(table) == sorted(table) == sorted(names.split()), group


def test_computed_results_stand_at_the_call() -> None:
    result = result_of("upper", "a")
    assert isinstance(result, Scalar)
    assert result.span == CALL


def test_core_functions_may_be_called_by_their_full_name() -> None:
    assert call("core::upper", "a") == "A"


REFUSED: list[tuple[str, list[Any], str]] = [
    ("abs", ["x"], 'Invalid value for "num" parameter: a number is required.'),
    ("abs", [None], 'Invalid value for "num" parameter: argument must not be null.'),
    ("upper", [[]], 'Invalid value for "str" parameter: string required.'),
    ("max", [], "Not enough function arguments"),
    ("upper", ["a", "b"], "Too many function arguments"),
    ("log", [-1, 10], "result is not a number"),
    ("parseint", ["12", 2], 'cannot parse "12" as a base 2 integer'),
    ("parseint", ["", 10], "cannot parse"),
    ("parseint", ["1", 63], "between 2 and 62"),
    ("join", [",", [None]], "null"),
    ("format", ["%s"], "not enough arguments"),
    ("format", ["x", 1], "too many arguments; no verbs in format string"),
    ("format", ["%d", 1.5], "an integer is required"),
    ("format", ["%s", None], "null value cannot be formatted"),
    ("format", ["%s", [1]], "string required"),
    ("format", ["%z", 1], "unsupported format verb"),
    ("format", ["100%"], "invalid format string starting at offset 4"),
    ("formatlist", ["%s%s", ["a"], ["b", "c"]], "inconsistent lengths"),
    ("regex", ["[0-9]+", "abc"], "pattern did not match any part of the given string"),
    ("regex", ["[a-", "abc"], "invalid regexp pattern"),
    ("regex", ["(a)(?P<b>b)", "ab"], "cannot mix both named and unnamed"),
    ("regex", ["(?!a)", "b"], "invalid regexp pattern"),
    ("coalesce", [None, ""], "no non-null, non-empty-string arguments"),
    ("coalescelist", [[]], "no non-null arguments"),
    ("concat", [Set(["a"])], "lists or tuples"),
    ("element", [[], 0], "empty list"),
    ("element", [["a"], 0.5], "a whole number is required"),
    ("index", [["a"], "b"], "item not found"),
    ("length", [1], "argument must be a string, a collection type, or a structural type"),
    ("length", [None], "argument must not be null"),
    ("lookup", [{}, "a"], 'lookup failed to find key "a"'),
    ("matchkeys", [["a"], [], []], "length of keys and values should be equal"),
    ("merge", [["a"]], "arguments must be maps or objects"),
    ("one", [["a", "b"]], "either zero or one elements"),
    ("range", [1, 4, -1], "end must be less than start"),
    ("range", [1, 4, 0], "step must not be zero"),
    ("slice", [["a"], 0, 2], "end index"),
    ("slice", [["a"], -1, 1], "start index"),
    ("sum", [[]], "cannot sum an empty list"),
    ("zipmap", [["a"], []], "does not match number of values"),
    ("base64decode", ["=="], "not valid base64"),
    ("base64decode", ["gA=="], "not valid UTF-8"),
    ("csvdecode", ["a,a\n1,2"], 'duplicate column name "a"'),
    ("csvdecode", ["a,b\n1"], "wrong number of fields"),
    ("textencodebase64", ["\u2603", "US-ASCII"], "cannot be represented in US-ASCII"),
    ("urldecode", ["%zz"], "invalid URL escape"),
    ("jsondecode", ["{"], "invalid JSON"),
    ("jsondecode", ["NaN"], "invalid JSON"),
    ("yamldecode", ["a: ["], "invalid YAML on line 2"),
    ("yamldecode", ["a: &x [*x]"], "alias"),
    ("yamldecode", ["!thing 5"], 'unsupported tag "!thing"'),
    ("file", ["./nothing"], "does not exist"),
    ("formatdate", ["YYYYY", "2018-01-02T23:12:01Z"], "invalid date format verb"),
    ("formatdate", ["'x", "2018-01-02T23:12:01Z"], "unterminated literal"),
    ("timeadd", ["2018-13-02T23:12:01Z", "1h"], "RFC3339"),
    ("timeadd", ["2018-01-02", "1h"], "RFC3339"),
    ("timeadd", ["2018-01-02T23:12:01Z", "1d"], "not a valid duration"),
    ("uuidv5", ["x", "y"], "neither a UUID"),
    ("cidrhost", ["10.0.0.0/28", 16], "prefix of 28 does not accommodate a host numbered 16"),
    ("cidrhost", ["10.0.0.0", 1], "invalid CIDR"),
    ("cidrnetmask", ["fd00::/8"], "IPv6"),
    ("cidrsubnet", ["10.0.0.0/30", 4, 0], "insufficient address space to extend prefix of 30 by 4"),
    ("cidrsubnet", ["10.0.0.0/8", 1, 2], "prefix extension of 1 does not accommodate a subnet numbered 2"),
    ("cidrsubnets", ["10.0.0.0/8", 1, 1, 1], "not enough remaining address space"),
    ("cidrsubnets", ["10.0.0.0/8", 0], "must extend prefix by at least one bit"),
    ("tobool", ["yes"], 'cannot convert "yes" to bool; only the strings "true" or "false" are allowed'),
    ("tonumber", ["x"], 'cannot convert "x" to number'),
    ("tostring", [[]], "cannot convert tuple to string"),
    ("tolist", [[1, True]], "all elements must have the same type"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), REFUSED)
def test_what_terraform_refuses(name: str, arguments: list[Any], message: str) -> None:
    with pytest.raises(FunctionError) as caught:
        call(name, *arguments)
    assert message in caught.value.message
    assert not isinstance(caught.value, LimitError)


def test_an_error_knows_which_argument_is_bad() -> None:
    with pytest.raises(FunctionError) as caught:
        call("substr", "abc", "x", 1)
    assert caught.value.argument == 1


def nested_json(depth: int) -> str:
    return "[" * depth + "]" * depth


def doubled(levels: int, innermost: Any = "x") -> Any:
    held = value([innermost])
    for _ in range(levels):
        held = value([held, held])
    return held


BOMBS: list[tuple[str, list[Any]]] = [
    ("format", ["%1000000000s", "x"]),
    ("format", ["%.1000000000f", 1]),
    ("indent", [10**9, "a\nb"]),
    ("pow", [10, 10**6]),
    ("setproduct", [list(range(100))] * 5),
    ("jsondecode", [nested_json(100_000)]),
    ("jsondecode", ["1" * 100_000]),
    ("yamldecode", [nested_json(100_000)]),
    ("jsonencode", [doubled(40)]),
    ("yamlencode", [doubled(40)]),
    ("replace", ["a" * 10_000, "a", "b" * 10_000]),
    ("replace", ["a" * 10_000, "/a/", "b" * 10_000]),
    ("join", ["x" * 100_000, ["a"] * 1000]),
    ("flatten", [doubled(40)]),
    ("flatten", [doubled(40, [])]),
    ("flatten", [[[]] * 200_000]),
    ("contains", [[doubled(40)], doubled(40)]),
    ("parseint", ["1" * 100_000, 10]),
]


@pytest.mark.parametrize(("name", "arguments"), BOMBS, ids=lambda part: part if isinstance(part, str) else "")
def test_work_is_bounded(name: str, arguments: list[Any]) -> None:
    with pytest.raises(FunctionError, match=r"srm-lint|more than|levels|limit"):
        call(name, *arguments)


def test_a_range_that_never_ends_is_refused() -> None:
    with pytest.raises(FunctionError, match="1024"):
        call("range", 10**9)
    assert len(call("range", 1024)) == 1024


def test_an_alias_bomb_takes_no_memory() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{level}: &a{level} [{f'*a{level - 1}, ' * 9}]" for level in range(1, 40)]
    assert call("length", result_of("yamldecode", "\n".join(lines))) == 40
