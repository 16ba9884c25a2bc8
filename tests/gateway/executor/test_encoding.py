from __future__ import annotations

from typing import Any

import orjson

from gateway.executor.encoding import encode


def test_values_become_json() -> None:
    assert encode({"a": [1, 1.5, None, True, "é"]}) == '{"a":[1,1.5,null,true,"é"]}'.encode()


def test_integers_beyond_64_bits_are_written_whole() -> None:
    assert encode({"a": 2**70}) == b'{"a":1180591620717411303424}'


def test_what_could_be_decoded_can_be_encoded_however_deep() -> None:
    text = b'{"a":' + b"[" * 400 + b"]" * 400 + b"}"
    value: Any = orjson.loads(text)
    assert encode(value) == text
