from __future__ import annotations

import pytest
from graphql import build_schema, execute_sync, get_introspection_query, parse

from gateway.errors import CostLimitExceeded
from gateway.executor.introspection_size import check_size, size_of

SCHEMA = build_schema(
    """
    type Query { pets(kind: Kind = CAT, like: Like): [Pet!] me: Person }
    interface Named { name: String }
    union Pet = Cat | Dog
    type Cat implements Named { name: String lives: Int } type Dog implements Named { name: String }
    type Person implements Named { name: String pets: [Pet!]! }
    enum Kind { CAT DOG } input Like { name: String = "x" not: Like }
    """
)


def counted(value: object) -> int:
    """The fields of an answer that has a value for each that was asked for."""
    if isinstance(value, list):
        return sum(counted(item) for item in value)
    return sum(1 + counted(inner) for inner in value.values()) if isinstance(value, dict) else 0


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        get_introspection_query(specified_by_url=True, input_value_deprecation=True, schema_description=True),
        "{ a: __schema { types { ...T } } b: __schema { types { ...T } } } fragment T on __Type { fields { type { name fields { name } } } }",
        "{ __schema { directives { args { type { ofType { inputFields { name type { name } } } } } } } }",
        "{ me { name } ... { __schema { mutationType { name } queryType { possibleTypes { name } interfaces { name } } } } }",
    ],
)
def test_what_is_counted_is_what_is_shown(query: str):
    assert size_of(SCHEMA, parse(query)) == counted(execute_sync(SCHEMA, parse(query)).data)


def test_a_type_by_name_counts_as_the_largest():
    sizes = [
        counted(execute_sync(SCHEMA, parse(f'{{ __type(name: "{name}") {{ fields {{ name }} }} }}')).data)
        for name in SCHEMA.type_map
    ]
    assert size_of(SCHEMA, parse('{ __type(name: "Cat") { fields { name } } }')) == max(sizes)


def test_all_there_is_may_be_asked_for_and_not_fifty_times():
    once = get_introspection_query()
    check_size(SCHEMA, parse(once))
    inner = "types { " + "fields { type { name " * 6 + "} }" * 6 + " }"
    fifty = "{" + " ".join(f"a{number}: __schema {{ {inner} }}" for number in range(50)) + "}"
    with pytest.raises(CostLimitExceeded, match="without aliases"):
        check_size(SCHEMA, parse(fifty))


def test_counting_costs_no_more_than_the_document_is_long():
    depth = 60
    links = " ".join(
        f"fragment F{n} on __Type {{ a: interfaces {{ ...F{n + 1} }} b: possibleTypes {{ ...F{n + 1} }} }}"
        for n in range(depth)
    )
    with pytest.raises(CostLimitExceeded):
        check_size(
            SCHEMA, parse(f"{{ __schema {{ types {{ ...F0 }} }} }} {links} fragment F{depth} on __Type {{ name }}")
        )
