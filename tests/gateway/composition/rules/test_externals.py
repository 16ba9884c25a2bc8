from __future__ import annotations

import pytest

from ..examples import codes  # one harness serves both folders


@pytest.mark.parametrize(
    "use",
    [
        '@key(fields: "grams") { id: ID! grams: Int! @external }',
        '@key(fields: "id") { id: ID! grams: Int @external a: Int @requires(fields: "grams") }',
        'implements Sized @key(fields: "id") { id: ID! grams: Int @external } interface Sized { grams: Int }',
    ],
)
def test_an_external_field_is_used_by_a_key_a_requires_or_an_interface(use):
    assert codes(f"type Query {{ item: Item }} type Item {use}") == []


def test_an_external_field_is_used_by_a_provides_of_another_type():
    sdl = """
    type Query { item: Item @provides(fields: "grams") }
    type Item @key(fields: "id") { id: ID! grams: Int @external }
    """
    assert codes(sdl) == []


def test_each_unused_field_is_told():
    sdl = 'type Query { a: A } type A @key(fields: "id") { id: ID! b: Int @external c: Int @external }'
    assert codes(sdl) == ["EXTERNAL_UNUSED", "EXTERNAL_UNUSED"]


def test_an_interfaces_field_cannot_be_external():
    assert "EXTERNAL_ON_INTERFACE" in codes("type Query { a: A } interface A { b: Int @external }")
