from __future__ import annotations

import pytest

from ..examples import codes  # one harness serves both folders

DIRECTIVES = ["@authenticated", '@requiresScopes(scopes: [["a"]])', '@policy(policies: [["a"]])']


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_objects_scalars_enums_and_fields_can_demand_something(directive):
    sdl = f"""
    type Query {{ a: A {directive} }}
    type A {directive} {{ e: E s: S }}
    enum E {directive} {{ X }}
    scalar S {directive}
    """
    assert codes(sdl) == []


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_interfaces_inherit_and_state_nothing(directive):
    code = ["AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE"]
    assert codes(f"type Query {{ a: A }} interface A {directive} {{ b: Int }}") == code
    assert codes(f"type Query {{ a: A }} interface A {{ b: Int {directive} }}") == code
    assert codes(f'type Query {{ a: A }} type A @interfaceObject @key(fields: "id") {directive} {{ id: ID! }}') == code


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_fields_of_an_interface_object_may_demand_something(directive):
    sdl = f'type Query {{ a: A }} type A @interfaceObject @key(fields: "id") {{ id: ID! b: Int {directive} }}'
    assert codes(sdl) == []
