from __future__ import annotations

from ..examples import codes  # one harness serves both folders


def test_once_in_each_declaration_is_fine():
    assert codes("type Query { a: A } type A @shareable { b: Int } extend type A @shareable { c: Int }") == []


def test_twice_in_one_declaration_is_told():
    assert codes("type Query { a: A } type A @shareable @shareable { b: Int }") == ["INVALID_SHAREABLE_USAGE"]
    assert codes("type Query { a: Int @shareable @shareable }") == ["INVALID_SHAREABLE_USAGE"]


def test_interfaces_resolve_nothing():
    assert codes("type Query { a: A } interface A { b: Int @shareable }") == ["INVALID_SHAREABLE_USAGE"]


def test_before_version_2_2_the_directive_is_not_repeatable():
    assert codes("[cart v2.1]\ntype Query { a: Int @shareable @shareable }") == ["INVALID_GRAPHQL"]
