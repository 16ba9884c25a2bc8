from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.executor.encoding import decode, encode


def test_values_become_json() -> None:
    assert encode({"a": [1, 1.5, None, True, "é"]}) == '{"a":[1,1.5,null,true,"é"]}'.encode()


def test_integers_beyond_64_bits_are_written_whole() -> None:
    assert encode({"a": 2**70}) == b'{"a":1180591620717411303424}'


def test_what_could_be_decoded_can_be_encoded_however_deep() -> None:
    text = b'{"a":' + b"[" * 400 + b"]" * 400 + b"}"
    value: Any = orjson.loads(text)
    assert encode(value) == text


@pytest.mark.parametrize(
    "digits", ["9" * 19, "18446744073709551616", "-" + "7" * 300, "123456789012345678901234567890"]
)
def test_integers_of_any_length_are_read_whole(digits: str) -> None:
    assert decode(f'{{"a":[{{"b":{digits}}}]}}') == {"a": [{"b": int(digits)}]}


def test_a_fraction_or_an_exponent_makes_it_a_float_as_ever() -> None:
    assert decode(b"[1.5, 1e30, 5.0]") == [1.5, 1e30, 5.0]


def test_what_lies_deep_is_read_but_for_a_long_number() -> None:
    deep = b"[" * 1000 + b"%s" + b"]" * 1000
    found = decode(deep % b"1.5")
    for _ in range(1000):
        (found,) = found
    assert found == 1.5
    with pytest.raises(orjson.JSONDecodeError, match="too deep"):
        decode(deep % b"123456789012345678901234567890")


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "1e400", '{"a":', "9" * 400])
def test_what_is_no_json_number_is_refused(text: str) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        decode(text)
