"""Requests made to hurt, each with what must come of it. Ids: faults.md of the design, rows for acceptance.

They ask for fields that the catalogue has alone and behind the gateway alike: one table, two servers.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import quote

from graphql import get_introspection_query

from .further import further_documents, further_http, further_json, further_wire
from .row import GOOD, GOOD_BODY, INVALID, LIMITS, PARSE, WIRE, WRITE, Hostile, document, hostile, raw
from .wire import JSON, NEW, chunked, get, http, post


def json_rows() -> Iterator[Hostile]:
    """J: bodies that are no request."""
    yield raw("J1", "an empty body", b"")
    yield raw("J1", "an open brace", b"{")
    yield raw("J1", "trailing garbage", GOOD_BODY + b"x")
    for text in (b"null", b"0", b'"x"', b"true", b"[]", b"[null]", b"[1]"):
        yield raw("J2", f"the body {text.decode()}", text)
    yield raw("J3", "bytes that are not UTF-8", GOOD_BODY.replace(b"channels", b"\xff\xfe\xfd"))
    yield raw("J3", "UTF-16", GOOD_BODY.decode().encode("utf-16"))
    yield raw("J3", "a byte order mark", b"\xef\xbb\xbf" + GOOD_BODY, 200, 400, code="")
    yield raw("J3", "a lone surrogate", b'{"query":"{ channels { code } }","operationName":"\\ud800"}')
    yield raw("J3", "a lone surrogate in the query", b'{"query":"{ channels { code } } #\\ud800"}', 200, 400, code="")
    yield raw("J3", "a NUL in the query", b'{"query":"{ channels \\u0000 { code } }"}', code=PARSE)
    yield raw("J3", "a NUL in the body", GOOD_BODY.replace(b"channels", b"chan\x00nels"))
    yield raw("J4", "100,000 nested arrays", b'{"query":"{ channels { code } }","variables":{"a":' + b"[" * 100_000)
    yield raw("J4", "100,000 nested arrays, closed", b"[" * 100_000 + b"]" * 100_000)
    yield raw(
        "J4",
        "an integer of 6,000 digits",
        b'{"query":"{ channels { code } }","variables":{"a":' + b"9" * 6_000 + b"}}",
        200,
        400,
        code="",
    )
    yield raw("J4", "1e999999", b'{"query":"{ channels { code } }","variables":{"a":1e999999}}', 200, 400, code="")
    yield raw("J4", "NaN", b'{"query":"{ channels { code } }","variables":{"a":NaN}}')
    yield raw("J5", "a key twice", b'{"query":"{ nothing }","query":"{ channels { code } }"}', 200, code="")
    yield raw("J6", "a number for the query", b'{"query":1}')
    yield raw("J6", "a list for the variables", b'{"query":"{ channels { code } }","variables":[]}')
    yield raw("J6", "a text for the extensions", b'{"query":"{ channels { code } }","extensions":"x"}')
    yield raw("J6", "a number for the operation's name", b'{"query":"{ channels { code } }","operationName":1}')
    yield hostile("J7", "a body of 5 MB", post(b" " * 5_000_000, NEW), 413, code="BODY_TOO_LARGE")
    declared = http(JSON, b"content-length: 999999999999")
    yield hostile("J7", "a length over the limit, and no body", declared, 413, code="BODY_TOO_LARGE")
    yield hostile("J7", "a length of a thousand digits", http(JSON, b"content-length: " + b"9" * 1_000), 0, 400, 413)
    yield hostile("J7", "chunks without end", chunked(100_000, 200), 0, 413, code="BODY_TOO_LARGE")
    yield hostile("J7", "a million chunks of one byte", chunked(1, 20_000), 400, code="BAD_REQUEST")
    bomb = gzip.compress(b"[" * 100_000_000, 9)
    yield hostile("J8", "gzip", post(gzip.compress(GOOD_BODY), b"content-encoding: gzip"), 415)
    yield hostile("J8", "100 MB in 100 kB of gzip", post(bomb, b"content-encoding: gzip"), 415)


def http_rows() -> Iterator[Hostile]:
    """H, B: requests that are HTTP, but not GraphQL over HTTP."""
    target = b"/graphql?query=" + quote(GOOD).encode()
    for method in (b"PUT", b"DELETE", b"TRACE", b"HEAD", b"PATCH", b"PROPFIND"):
        yield hostile("H1", f"the method {method.decode()}", get(b"/graphql", method=method), 405)
    kinds = {
        "no type": (),
        "text/plain": (b"content-type: text/plain",),
        "a form": (b"content-type: application/x-www-form-urlencoded",),
        "multipart without a boundary": (b"content-type: multipart/form-data",),
        "multipart that is junk": (b"content-type: multipart/form-data; boundary=x",),
        "text/plain; application/json": (b"content-type: text/plain; application/json",),
        "two types": (b"content-type: text/plain", b"content-type: application/json"),
    }
    length = b"content-length: %d" % len(GOOD_BODY)
    for name, headers in kinds.items():
        yield hostile("H2", name, http(length, *headers, body=GOOD_BODY), 400, 415)
    yield hostile("H3", "Accept: image/png", post(GOOD_BODY, b"accept: image/png"), 406)
    yield hostile("H3", "JSON refused by q=0", post(GOOD_BODY, b"accept: application/json;q=0"), 406)
    yield hostile("H3", "q=nan", post(GOOD_BODY, b"accept: application/json;q=nan"), 200, 406)
    yield hostile("H3", "10,000 media types", post(GOOD_BODY, b"accept: " + b"a/b," * 5_000 + b"*/*"), 200, 406, 431)
    write = quote(WRITE).encode()
    yield hostile("H4", "a mutation by GET", get(b"/graphql?query=" + write), 405)
    named = (
        b"/graphql?operationName=M&query="
        + quote("query Q { channels { code } } " + WRITE.replace("{", "M {", 1)).encode()
    )
    yield hostile("H4", "a mutation by GET, named beside a query", get(named), 405)
    for charset in (b"iso-8859-1", b"utf-7", b"x", b"utf-16"):
        kind = b"content-type: application/json; charset=" + charset
        yield hostile("H6", f"charset {charset.decode()}", http(kind, length, body=GOOD_BODY), 415)
    yield hostile("H7", "a URI of 200 kB", get(b"/graphql?query=" + b"x" * 200_000), 400, 414)
    yield hostile("H7", "a path of 200 kB", get(b"/" + b"x" * 200_000), 400, 414)
    yield hostile("H7", "a header of 200 kB", get(target, b"x-long: " + b"x" * 200_000), 431)
    yield hostile("H7", "a header of 200 kB elsewhere", get(b"/health", b"x-long: " + b"x" * 200_000), 431)
    yield hostile("H7", "1,000 headers", get(target, *(b"x-%d: y" % n for n in range(1_000))), 431)
    yield hostile("H7", "a head of 5 MB", get(target, *(b"x-%d: " % n + b"y" * 5_000 for n in range(1_000))), 0, 431)
    yield hostile("H7", "a NUL in a header", get(target, b"x: a\x00b"), *WIRE)
    yield hostile("H7", "a bare CR in a header", get(target, b"x: a\rb"), *WIRE)
    yield hostile("H8", "no Host", http(line=b"GET %b HTTP/1.1" % target, host=b""), 400)
    yield hostile("H8", "two Hosts", get(target, b"host: other"), 400)
    yield hostile("H8", "a target with a host", get(b"http://evil.example" + target), 200, 400, 404)
    for path in (
        b"/..%2f..%2fetc%2fpasswd",
        b"/%2e%2e/%2e%2e/etc/passwd",
        b"/../../etc/passwd",
        b"/graphiql/..%2f..%2fapp.py",
    ):
        yield hostile("H8", f"the path {path.decode()}", get(path), 400, 404)
    yield hostile("B1", "a batch of 1,000", post(json.dumps([{"query": GOOD}] * 1_000).encode(), NEW), 400)
    yield hostile("B1", "a batch in a batch", post(json.dumps([[{"query": GOOD}]]).encode(), NEW), 400)
    events = [{"query": "subscription { channels { code } }"}]
    yield hostile(
        "B1", "a batch with a subscription", post(json.dumps(events).encode(), b"accept: text/event-stream"), 400, 406
    )
    yield hostile("B1", "ten times one mutation", post(json.dumps([{"query": WRITE}] * 10).encode(), NEW), 400)


def wire_rows() -> Iterator[Hostile]:
    """H: bytes that are no good HTTP."""
    body = b'{"query":"{ channels { code } }"}'
    length = len(body)
    smuggled = b"0\r\n\r\nPOST /graphql HTTP/1.1\r\nhost: x\r\n\r\n"
    two = http(JSON, b"content-length: %d" % length, b"content-length: %d" % (length + 1), body=body)
    yield hostile("H9", "two lengths", two, *WIRE)
    both = http(JSON, b"content-length: %d" % length, b"transfer-encoding: chunked", body=smuggled)
    yield hostile("H9", "a length and chunks", both, *WIRE)
    for wrong in (b"-1", b"+33", b"0x21", b"33, 33", b"3 3"):
        yield hostile("H9", f"the length {wrong.decode()}", http(JSON, b"content-length: " + wrong, body=body), *WIRE)
    for size in (b"ZZ", b"-1", b"0x21", b"fffffffffffffffff", b"21\r"):
        sent = http(JSON, b"transfer-encoding: chunked", body=size + b"\r\n" + body + b"\r\n0\r\n\r\n")
        yield hostile("H9", f"a chunk of size {size!r}", sent, *WIRE)
    odd = http(JSON, b"transfer-encoding: chunked, identity", body=smuggled)
    yield hostile("H9", "chunks that are not the last coding", odd, 0, 400, 415, 501)
    yield hostile("H11", "a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, *WIRE)
    yield hostile("H11", "the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 9, *WIRE)
    yield hostile("H11", "garbage", b"\x00\x01nothing like HTTP\r\n\r\n", *WIRE)
    short = Hostile(
        "H11", "a short body and a close", (http(JSON, b"content-length: 500", body=body),), WIRE, hang_up=True
    )
    yield short


def document_rows() -> Iterator[Hostile]:
    """D: documents."""
    yield document("D1", "a syntax error", "{ channels {", code=PARSE)
    yield document("D1", "an unknown field", "{ chanels { code } }", code=INVALID)
    yield document("D1", "only a comment", "# nothing", code=PARSE)
    yield document("D1", "a schema", "type A { b: Int }", code=INVALID)
    yield document("D1", "an empty text", "", code=f"{PARSE} BAD_REQUEST")
    yield document("D1", "a name of 1 MB", "{ " + "a" * 1_000_000 + " }", code=f"{INVALID} {LIMITS}")
    two = "query A { channels { code } } query B { channels { code } }"
    yield document("D2", "two operations and no name", two, code="OPERATION_RESOLUTION_FAILURE")
    yield document("D2", "a name that is not there", two, code="OPERATION_RESOLUTION_FAILURE", operationName="C")
    deep = f"{PARSE} {INVALID} {LIMITS}"
    for levels in (2_000, 100_000):
        yield document(
            "D3",
            f"selections {levels:,} deep",
            "{ categories " + "{ children " * levels + "{ id }" + " }" * (levels + 1),
            code=deep,
        )
        yield document(
            "D3",
            f"a value {levels:,} deep",
            "{ channel(code: " + "[" * levels + "]" * levels + ") { code } }",
            code=deep,
        )
        yield document(
            "D3",
            f"a type {levels:,} deep",
            "query ($a: " + "[" * levels + "Int" + "]" * levels + ") { channels { code } }",
            code=deep,
        )
    yield document(
        "D4", "10,000 aliases", "{" + " ".join(f"a{n}: channels {{ code }}" for n in range(10_000)) + "}", code=LIMITS
    )
    yield document(
        "D4",
        "200 aliases of one mutation",
        "mutation {" + " ".join(f'a{n}: channelRetire(code: "web") {{ __typename }}' for n in range(200)) + "}",
        code=LIMITS,
    )
    yield document("D5", "5,000 copies of one field", "{ channels {" + " code" * 5_000 + "} }", code=LIMITS)
    yield document("D5", "1,900 copies of one field", "{ channels {" + " code" * 1_900 + "} }", 200, 400)
    yield document("D5", "600 copies of a small tree", "{" + " channels { code name }" * 600 + "}", 200, 400)
    overlapping = " ".join(f"fragment F{n} on Query {{ channels {{ {' code name kind' * 6} }} }}" for n in range(90))
    yield document(
        "D5",
        "overlapping fields in fragments",
        "{ " + " ".join(f"...F{n}" for n in range(90)) + " } " + overlapping,
        200,
        400,
    )
    nested = "channels { " + "... on Channel { code name kind " * 150 + "}" * 150 + " }"
    yield document("D5", "overlapping fields in nested fragments", "{ " + nested + " } ", 200, 400)
    yield document(
        "D6", "a cycle of fragments", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", code=INVALID
    )
    yield document(
        "D6", "a fragment that spreads itself", "{ ...A } fragment A on Query { channels { code } ...A }", code=INVALID
    )
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(3_000))
    yield document(
        "D6",
        "a chain of 3,000 fragments",
        "{ ...F0 } " + chain + " fragment F3000 on Query { channels { code } }",
        code=LIMITS,
    )
    double = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(28))
    yield document(
        "D6",
        "fragments that double 28 times",
        "{ ...F0 } " + double + " fragment F28 on Query { channels { code } }",
        code=LIMITS,
    )
    yield document(
        "D7", "2,000 unknown directives", "{ channels { code " + "@a " * 2_000 + "} }", code=f"{INVALID} {LIMITS}"
    )
    yield document(
        "D7",
        "2,000 times @include",
        "{ channels { code " + "@include(if: true) " * 2_000 + "} }",
        code=f"{INVALID} {LIMITS}",
    )
    yield document(
        "D7",
        "@defer again and again",
        "{ " + "... @defer { channels { code } } " * 50 + "}",
        code=f"{INVALID} {LIMITS}",
    )
    yield document(
        "D8",
        "2,000 operations",
        " ".join(f"query Q{n} {{ channels {{ code }} }}" for n in range(2_000)),
        code=LIMITS,
        operationName="Q1",
    )
    yield document(
        "D8",
        "5,000 variables",
        "query (" + " ".join(f"$v{n}: Int" for n in range(5_000)) + ") { channels { code } }",
        code=f"{INVALID} {LIMITS}",
    )
    yield document("D8", "an integer of 5,000 digits", "{ nodes(ids: [" + "9" * 5_000 + "]) { id } }", 200, 400)
    yield document("D8", "unicode escapes", '{ channel(code: "' + "\\u0041" * 10_000 + '") { code } }', 200, 400)
    yield document("D8", "an escape that is half a character", '{ channel(code: "\\uD83D") { code } }', 200, 400)
    yield document(
        "D8", "block strings of quotes", '{ channel(code: """' + '\\"""' * 10_000 + '""") { code } }', 200, 400
    )
    yield document(
        "D9",
        "a schema that goes round",
        "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
        code=f"DEPTH_LIMIT_EXCEEDED {INVALID} LIMIT_EXCEEDED",
    )
    yield document("D9", "all of the schema", get_introspection_query(), 200)
    for name in ("__proto__", "__class__", "self", "cls", "info", "return"):
        aliased = f"query (${name}: [ChannelStatus!]) {{ {name}: channels(status: ${name}) {{ code }} }}"
        yield document(
            "D17", f"{name} as alias and variable", aliased, 200, variables={"__proto__": {}, name: ["LIVE"]}
        )
    inner = "query ($f: [FacetFilterInput!]) { searchProducts(first: 1, filters: $f) { totalCount } }"
    yield document(
        "D17",
        "__class__ as an input's key",
        inner,
        code=f"BAD_USER_INPUT {INVALID}",
        variables={"f": [{"__class__": 1}]},
    )


FAMILIES: tuple[Callable[[], Iterator[Hostile]], ...] = (
    json_rows,
    further_json,
    http_rows,
    further_http,
    wire_rows,
    further_wire,
    document_rows,
    further_documents,
)


@cache
def table() -> tuple[Hostile, ...]:
    """Every row, in the order of ids; made once, for a bomb of a hundred megabytes takes a second."""
    return tuple(row for family in FAMILIES for row in family())
