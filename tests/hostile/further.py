"""More of them, past the examples that the rows name: what somebody else might think of under the same ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from .row import ANSWERED, GOOD, GOOD_BODY, INVALID, LIMITS, PARSE, REFUSED, Hostile, document, hostile, raw
from .wire import JSON, NEW, get, http, post

EITHER = ANSWERED | REFUSED
_VARIABLES = b'{"query":"{ channels { code } }","variables":'


def further_json() -> Iterator[Hostile]:
    """J: bodies."""
    for name, body in {"spaces": b" \n\t", "an empty object": b"{}", "two objects": b"{}{}", "a quote": b"'"}.items():
        yield raw("J1", name, body)
    yield raw("J1", "a body cut within a character", GOOD_BODY[:-3] + b"\xc3")
    yield raw("J3", "an overlong slash", GOOD_BODY.replace(b"code", b"\xc0\xaf"))
    yield raw("J3", "UTF-32", GOOD_BODY.decode().encode("utf-32"))
    yield raw(
        "J3", "surrogates in the wrong order", b'{"query":"{ channels { code } } #\\udc00\\ud800"}', *EITHER, code=""
    )
    nul = b'{"query":"query A { channels { code } }","operationName":"A\\u0000"}'
    yield raw("J3", "a NUL in the operation's name", nul, code="OPERATION_RESOLUTION_FAILURE")
    yield raw("J4", "100,000 nested objects", _VARIABLES + b'{"a":' * 100_000)
    yield raw(
        "J4", "1,000 nested objects, closed", _VARIABLES + b'{"a":' * 1_000 + b"1" + b"}" * 1_001, *EITHER, code=""
    )
    for number in (b"1e400", b"-1e400", b"1e-400", b"-0", b"1.0e+0000000000000000001"):
        yield raw("J4", f"the number {number.decode()}", _VARIABLES + b'{"a":' + number + b"}}", *EITHER, code="")
    for number in (b"Infinity", b"01", b"0x1", b"1.", b"+1"):
        yield raw("J4", f"{number.decode()} for a number", _VARIABLES + b'{"a":' + number + b"}}")
    keys = json.dumps({f"k{n}": n for n in range(80_000)}).encode()
    yield raw("J5", "80,000 variables", _VARIABLES + keys + b"}", *EITHER, code="")
    yield raw(
        "J5", "80,000 extensions", _VARIABLES.replace(b"variables", b"extensions") + keys + b"}", *EITHER, code=""
    )
    yield raw("J5", "one key 100,000 times", _VARIABLES + b"{" + b'"a":1,' * 100_000 + b'"a":1}}', *EITHER, code="")
    yield raw("J6", "null for the query", b'{"query":null}')
    yield raw("J6", "a list for the query", b'{"query":["{ channels { code } }"]}')
    yield raw("J6", "a text for the variables", _VARIABLES + b'"{}"}')
    yield raw("J6", "an object for the operation's name", b'{"query":"{ channels { code } }","operationName":{}}')
    long = json.dumps({"query": GOOD, "operationName": "x" * 1_000_000}).encode()
    yield raw("J6", "an operation's name of 1 MB", long, code="OPERATION_RESOLUTION_FAILURE")


def further_http() -> Iterator[Hostile]:
    """H, A: requests that are HTTP."""
    target = b"/graphql?query=" + quote(GOOD).encode()
    for method in (b"OPTIONS", b"LINK", b"get", b"SEARCH"):
        yield hostile("H1", f"the method {method.decode()}", get(b"/graphql", method=method), 0, 200, 204, 400, 405)
    kinds = (
        b"application/graphql",
        b"application/json;charset=utf-8;charset=utf-16",
        b"application/jsonp",
        b"application/json" + b";a" * 5_000,
        b"multipart/form-data; boundary=" + b"x" * 10_000,
        b"\xff\xfe",
        b";",
    )
    length = b"content-length: %d" % len(GOOD_BODY)
    for number, kind in enumerate(kinds):
        yield hostile(
            "H2", f"an odd type, {number}", http(b"content-type: " + kind, length, body=GOOD_BODY), 200, 400, 415
        )
    for name, query in {
        "no value": b"query",
        "nothing": b"",
        "no UTF-8": b"query=%ff%fe",
        "a NUL": b"query=%00",
        "half an escape": b"query=%",
        "two queries": b"query=%7B__typename%7D&query=%7Bx%7D",
        "5,000 parameters": b"&".join(b"a%d=1" % n for n in range(3_000)),
        "variables that are no JSON": target[9:] + b"&variables=%7B",
        "variables that are a list": target[9:] + b"&variables=%5B%5D",
        "nested variables": target[9:] + b"&variables=" + b"%5B" * 9_000,
    }.items():
        yield hostile("H4", f"a GET with {name}", get(b"/graphql?" + query, NEW), 200, 400)
    yield hostile("H4", "a GET with a body", get(target, length) + GOOD_BODY, 200, 400)
    yield hostile("H7", "cookies of 100 kB", get(target, b"cookie: " + b"a=b; " * 20_000), 431)
    yield hostile("H7", "one header 150 times", get(target, *[b"x-forwarded-for: 127.0.0.1"] * 150), 200, 400, 431)
    yield hostile("H8", "an empty Host", get(target).replace(b"host: shop", b"host:"), 200, 400)
    yield hostile("H8", "a Host of 10 kB", get(target).replace(b"shop", b"x" * 10_000), 200, 400)
    yield hostile("H8", "the target *", get(b"*", method=b"OPTIONS"), 0, 200, 204, 400, 404, 405)
    yield hostile("H8", "a CONNECT", get(b"shop:443", method=b"CONNECT"), 0, 400, 404, 405)
    ranges = b"range: bytes=" + b",".join(b"%d-" % n for n in range(2_000))
    yield hostile("H12", "2,000 ranges", get(b"/graphiql/index.html", ranges), 200, 206, 400, 404, 416, 431)
    for name, value in {
        "nothing": b"",
        "a word": b"Bearer",
        "junk": b"Bearer \xff\x00".replace(b"\x00", b"\x7f"),
        "dots": b"Bearer " + b"." * 10_000,
        "no algorithm": b"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
        "another scheme": b"Basic YTpi",
    }.items():
        yield hostile("A1", f"a token that is {name}", post(GOOD_BODY, b"authorization: " + value), 0, 200, 400, 401)
    yield hostile("A1", "two tokens", post(GOOD_BODY, *[b"authorization: Bearer x"] * 2), 400)
    yield hostile("A5", "a token of 100 kB", post(GOOD_BODY, b"authorization: Bearer " + b"x" * 100_000), 431)


def further_wire() -> Iterator[Hostile]:
    """H: bytes at the edge of HTTP."""
    length = b"content-length: %d" % len(GOOD_BODY)
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD_BODY), GOOD_BODY)
    waiting = http(JSON, length, b"expect: 100-continue")
    yield Hostile("H9", "a body that waits to be asked for", (waiting, GOOD_BODY), ANSWERED)
    yield hostile("H9", "an expectation of something else", post(GOOD_BODY, b"expect: the-impossible"), 200, 400, 417)
    for coding in (b"gzip, chunked", b"chunked, chunked", b"xchunked", b"CHUNKED", b" chunked"):
        sent = http(JSON, b"transfer-encoding: " + coding, body=chunks)
        yield hostile("H9", f"the transfer coding {coding.decode()}", sent, 0, 200, 400, 415, 501)
    two = http(JSON, b"transfer-encoding: chunked", b"transfer-encoding: identity", body=chunks)
    yield hostile("H9", "two transfer codings", two, 0, 200, 400, 415, 501)
    old = http(JSON, b"transfer-encoding: chunked", line=b"POST /graphql HTTP/1.0", body=chunks)
    yield hostile("H9", "chunks in HTTP/1.0", old, 0, 200, 400)
    extended = http(
        JSON, b"transfer-encoding: chunked", body=chunks.replace(b"\r\n", b";" + b"x" * 100_000 + b"\r\n", 1)
    )
    yield hostile("H9", "a chunk with 100 kB beside its size", extended, 0, 200, 400)
    trailed = chunks[:-2] + b"".join(b"x%d: y\r\n" % n for n in range(1_000)) + b"\r\n"
    yield hostile("H9", "1,000 trailers", http(JSON, b"transfer-encoding: chunked", body=trailed), 0, 200, 400, 431)
    for name, header in {
        "no colon": b"nothing",
        "no name": b": x",
        "a space in its name": b"x y: z",
        "a space before the colon": b"content-length : 5",
        "a folded line": b"x: a\r\n b",
        "bytes beyond ASCII": b"x: \xff\xfe",
    }.items():
        yield hostile("H7", f"a header with {name}", get(b"/graphql?query=%7B__typename%7D", header), 0, 200, 400)
    for line in (
        b"GET /graphql",
        b"GET  /graphql  HTTP/1.1",
        b"GET /graphql HTTP/9.9",
        b"GET /graphql HTTP/1.0",
        b"GET /graphql\x00 HTTP/1.1",
        b"X" * 10_000 + b" /graphql HTTP/1.1",
        b"",
    ):
        yield hostile("H11", f"the line {line[:30]!r}", http(line=line), 0, 400, 405, 505)
    many = get(b"/graphql?query=" + quote(GOOD).encode()) * 500
    yield hostile("H11", "500 requests in one piece", many, 200)
    yield hostile("H11", "a good request and garbage after it", post(GOOD_BODY) + b"\x00" * 1_000, 0, 200, 400)
    upgrade = (b"connection: upgrade, http2-settings", b"upgrade: h2c", b"http2-settings: AAMAAABkAAQAAP__")
    yield hostile("H11", "an upgrade to HTTP/2", post(GOOD_BODY, *upgrade), 200, 400)
    socket = (b"connection: upgrade", b"upgrade: websocket", b"sec-websocket-key: x", b"sec-websocket-version: 99")
    yield hostile("H11", "a handshake that is none", get(b"/graphql", *socket), 0, 400, 405, 426)
    yield hostile("H11", "nothing but line ends", b"\r\n" * 50_000 + post(GOOD_BODY), 0, 200, 400)


def further_documents() -> Iterator[Hostile]:
    """D: documents, their variables, their hashes."""
    refused = f"{PARSE} {INVALID} {LIMITS} BAD_USER_INPUT"
    yield document("D1", "1 MB of commas", "{ channels { code } }" + "," * 1_000_000, *EITHER)
    yield document("D1", "100,000 comments", "#\n" * 100_000 + GOOD, *EITHER)
    yield document("D1", "10,000 marks of byte order", "\ufeff" * 10_000 + GOOD, *EITHER)
    yield document("D1", "a text that never ends", '{ channel(code: "' + "x" * 500_000, code=refused)
    yield document("D1", "a string of 1 MB", '{ channel(code: "' + "x" * 1_000_000 + '") { code } }', *EITHER)
    yield document("D1", "one selection of nothing", "{ }", code=refused)
    yield document(
        "D3",
        "2,000 inline fragments in each other",
        "{ " + "... { " * 2_000 + "__typename" + " }" * 2_001,
        code=refused,
    )
    yield document(
        "D3",
        "an object 2,000 deep",
        "{ channel(code: " + "{a: " * 2_000 + "1" + "}" * 2_000 + ") { code } }",
        code=refused,
    )
    default = "query ($a: [Int] = " + "[" * 2_000 + "]" * 2_000 + ") { channels { code } }"
    yield document("D3", "a default 2,000 deep", default, code=refused)
    yield document(
        "D4",
        "3,000 aliases of __typename",
        "{" + " ".join(f"a{n}: __typename" for n in range(3_000)) + "}",
        code=refused,
    )
    yield document(
        "D5",
        "arguments that differ under one key",
        "{" + " ".join(f'a: channel(code: "{n}") {{ code }}' for n in range(300)) + "}",
        code=refused,
    )
    one = "fragment F on Query { channels { code } } "
    yield document("D6", "one fragment 90 times", "{ ...F } " + one * 90, code=refused)
    yield document(
        "D6",
        "90 fragments nobody spreads",
        GOOD + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(90)),
        code=refused,
    )
    yield document("D6", "a spread of what is not there", "{ ...F }", code=refused)
    rings = " ".join(f"fragment F{n} on Query {{ " + " ".join(f"...F{m}" for m in range(60)) + " }" for n in range(60))
    yield document("D6", "60 fragments that all spread each other", "{ ...F0 } " + rings, code=refused)
    yield document(
        "D7", "a directive within itself", "{ channels { code @include(if: @include(if: true)) } }", code=refused
    )
    yield document(
        "D7",
        "both at once, 500 times",
        "{" + " ".join(f"a{n}: __typename @skip(if: true) @include(if: false)" for n in range(500)) + "}",
        *EITHER,
    )
    for value in (None, "yes", 1, [], {}):
        query = "query ($v: Boolean!) { channels { code @include(if: $v) } }"
        yield document("D18", f"{value!r} for a condition", query, code=refused, variables={"v": value})
    yield document(
        "D8",
        "one variable 2,000 times",
        "query ($v: String!) {" + " ".join(f"a{n}: channel(code: $v) {{ code }}" for n in range(2_000)) + "}",
        code=refused,
        variables={"v": "web"},
    )
    yield document(
        "D8",
        "one operation's name twice",
        "query A { channels { code } } query A { channels { code } }",
        code=refused,
        operationName="A",
    )
    yield document("D8", "a number beyond all", "{ nodes(ids: [1e400]) { id } }", *EITHER)
    yield document("D8", "an escape beyond Unicode", '{ channel(code: "\\u{FFFFFFFFFF}") { code } }', *EITHER)
    yield document(
        "D9",
        "the schema 60 times",
        "{" + " ".join(f"a{n}: __schema {{ types {{ name fields {{ name }} }} }}" for n in range(60)) + "}",
        *EITHER,
    )
    yield document("D9", "a type whose name is 500 kB", '{ __type(name: "' + "x" * 500_000 + '") { name } }', *EITHER)
    for first in ("99999999", "-1", "0", "2147483648", "9" * 30, "null", "1.5", '"1"'):
        yield document("D10", f"first: {first}", f"{{ searchProducts(first: {first}) {{ totalCount }} }}", *EITHER)
    ids = {"ids": ["x"] * 100_000}
    yield document("D10", "100,000 ids", "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", *EITHER, variables=ids)
    for field in ("_service { sdl }", '_entities(representations: [{__typename: "Channel", id: "x"}]) { __typename }'):
        yield document("D15", f"{field[:9]}", "{ " + field + " }", *EITHER)
    for name, hashed in {
        "of another text": {"version": 1, "sha256Hash": "0" * 64},
        "of 1 MB": {"version": 1, "sha256Hash": "0" * 1_000_000},
        "that is a list": {"version": 1, "sha256Hash": []},
        "of another version": {"version": 2, "sha256Hash": "0" * 64},
        "that is none": "x",
    }.items():
        yield document("D21", f"a hash {name}", GOOD, *EITHER, extensions={"persistedQuery": hashed})
