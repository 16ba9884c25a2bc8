from __future__ import annotations

import pytest

from ..examples import codes, faults  # one harness serves both folders


def catalog(implementation: str, key: str = '@key(fields: "id name")') -> str:
    return f"""
    type Query {{ item: Item }}
    interface Item {key} {{ id: ID! name: String! }}
    type Book implements Item {implementation} {{ id: ID! name: String! }}
    """


@pytest.mark.parametrize(
    "implementation",
    ['@key(fields: "id name")', '@key(fields: "name, id")', '@key(fields: "id") @key(fields: "{ id name }")'],
)
def test_an_implementation_repeats_the_keys_in_any_order(implementation):
    assert codes(catalog(implementation)) == []


@pytest.mark.parametrize(
    ("implementation", "says"),
    [
        ("", "Book implementing it lacks the key"),
        ('@key(fields: "id")', "lacks the key"),
        ('@key(fields: "id name", resolvable: false)', "not resolvable on Book"),
    ],
)
def test_a_missing_or_weaker_key_is_told(implementation, says):
    (fault,) = faults(catalog(implementation))
    assert fault.startswith("INTERFACE_KEY_NOT_ON_IMPLEMENTATION")
    assert says in fault


def test_a_key_that_is_not_resolvable_asks_for_no_more():
    key = '@key(fields: "id", resolvable: false)'
    assert codes(catalog(key, key)) == []


def test_an_interface_object_has_a_key():
    assert codes("type Query { a: A } type A @interfaceObject { b: Int }") == ["INTERFACE_OBJECT_USAGE_ERROR"]
