"""Documents made to hurt, for any API schema, and supergraphs made for them to hurt in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

SIZE = 64_000
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", '
    'import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject"])\n'
)

Documents = dict[str, tuple[str, dict[str, Any]]]
"""What it is → its text and variables."""


def hostile_supergraphs() -> dict[str, dict[str, str]]:
    """Subgraphs by name: a union of many types with many keys each, and a ladder of interface objects."""
    return {"keys": _keys(), "ladder": _ladder()}


def _keys(graphs: int = 8, types: int = 12) -> dict[str, str]:
    """Every subgraph has every type, by two of six keys; each has fields of its own, shared ones, and requirements."""
    names = [f"T{number}" for number in range(types)]
    texts = {}
    for at in range(graphs):
        first, second, third = (f"k{(at + step) % graphs}" for step in (0, 1, 3))
        parts = [LINK, f"union Any = {' | '.join(names)}\ninterface Thing {{ k{at}: ID! own{at}: String all: [Any!] }}"]
        parts.append("type Query { things: [Any!] @shareable list: [Thing!] @shareable }")
        parts += [
            f'type {name} implements Thing @key(fields: "{first}") @key(fields: "{second}") '
            f'@key(fields: "{first} {third}") {{ {first}: ID! {second}: ID! {third}: ID! '
            f"own{at}: String shared: String @shareable all: [Any!] @shareable one: {names[0]} @shareable "
            f"own{(at + 1) % graphs}: String @external "
            f'made{at}: String @requires(fields: "own{(at + 1) % graphs}") }}'
            for name in names
        ]
        texts[f"g{at}"] = "\n".join(parts)
    return texts


def _ladder(rungs: int = 7) -> dict[str, str]:
    """Each rung is an interface object whose field needs that of the rung below."""
    types = [f"Film{number}" for number in range(10)]
    real = [LINK, 'interface Media @key(fields: "id") { id: ID! step0: String }', "type Query { media: [Media!] }"]
    real += [
        f'type {name} implements Media @key(fields: "id") {{ id: ID! step0: String own{name}: String }}'
        for name in types
    ]
    texts = {"real": "\n".join(real)}
    for rung in range(1, rungs + 1):
        texts[f"rung{rung}"] = LINK + (
            f'type Media @key(fields: "id") @interfaceObject {{ id: ID! step{rung - 1}: String @external '
            f'step{rung}: String @requires(fields: "step{rung - 1}") next{rung}: [Media!] }} '
            f"type Query {{ from{rung}: Media }}"
        )
    return texts


def repeated(
    piece: Callable[[int], str], head: str = "{ ", tail: str = " }", size: int = SIZE, most: int = 10**9
) -> str:
    """As many pieces as fit, at most `most`."""
    pieces: list[str] = []
    length = len(head) + len(tail)
    while len(pieces) < most:
        text = piece(len(pieces))
        if length + len(text.encode()) + 1 > size:
            break
        pieces.append(text)
        length += len(text.encode()) + 1
    return head + " ".join(pieces) + tail


class _Trees:
    """Selections as wide and deep as an allowance of fields lets them be."""

    def __init__(self, schema: GraphQLSchema, fields: int) -> None:
        self.schema = schema
        self.left = fields

    def selection(self, kind: Any, depth: int, *, types: bool = True) -> str:
        """All leaves, then what leads on, then a fragment for each runtime type."""
        pieces = ["__typename"]
        fields = getattr(kind, "fields", {})
        for name, field in fields.items():
            if self.left > 0 and is_leaf_type(get_named_type(field.type)):
                self.left -= 1
                pieces.append(name + arguments(field))
        for name, field in fields.items():
            inner = get_named_type(field.type)
            if depth > 0 and self.left > 0 and is_composite_type(inner):
                self.left -= 1
                pieces.append(f"{name}{arguments(field)} {{ {self.selection(inner, depth - 1)} }}")
        if types and is_abstract_type(kind) and depth > 0:
            for each in sorted(self.schema.get_possible_types(kind), key=lambda one: one.name):
                if self.left > 0:
                    inner = self.selection(each, depth - 1)
                    pieces.append(f"... on {each.name} {{ {inner} }}")
        return " ".join(pieces)


def arguments(field: GraphQLField) -> str:
    """The arguments a field cannot do without."""
    given = [f"{name}: {literal(arg.type)}" for name, arg in field.args.items() if is_required_argument(arg)]
    return f"({', '.join(given)})" if given else ""


def literal(kind: Any, depth: int = 0) -> str:
    """A value of an input type, as short as can be."""
    if is_non_null_type(kind):
        return literal(kind.of_type, depth)
    if is_list_type(kind):
        return f"[{literal(kind.of_type, depth)}]"
    if is_enum_type(kind):
        return next(iter(kind.values))
    if is_input_object_type(kind):
        fields = {name: each for name, each in kind.fields.items() if is_required_input_field(each)}
        return "{" + " ".join(f"{name}: {literal(each.type, depth + 1)}" for name, each in fields.items()) + "}"
    return {"Int": "1", "Float": "1.5", "Boolean": "true"}.get(kind.name, '"2026-01-01T00:00:00Z"')


def _roots(schema: GraphQLSchema) -> list[tuple[str, GraphQLField]]:
    assert schema.query_type is not None
    return [(n, f) for n, f in schema.query_type.fields.items() if is_composite_type(get_named_type(f.type))]


def _cycle(schema: GraphQLSchema, kind: Any) -> Iterator[tuple[str, GraphQLField, Any]]:
    """The shortest way from a type back to itself: fields, and the types they are asked on."""
    waiting: list[tuple[Any, list[tuple[str, GraphQLField, Any]]]] = [(kind, [])]
    seen = set()
    while waiting:
        here, path = waiting.pop(0)
        types = schema.get_possible_types(here) if is_abstract_type(here) else [here]
        for each in [here, *types] if is_abstract_type(here) else types:
            for name, field in getattr(each, "fields", {}).items():
                inner = get_named_type(field.type)
                step = [*path, (name, field, each)]
                if inner is kind:
                    yield from step
                    return
                if is_composite_type(inner) and inner.name not in seen:
                    seen.add(inner.name)
                    waiting.append((inner, step))


def documents_for(schema: GraphQLSchema) -> Documents:
    """Every kind of hostile document, over the roots of a schema that hurt the most."""
    roots = sorted(_roots(schema), key=lambda each: -_reach(schema, get_named_type(each[1].type)))
    found: dict[str, str] = {}
    for number, (name, field) in enumerate(roots[:3]):
        inner = get_named_type(field.type)
        call = name + arguments(field)
        for fields in (300, 1_900):
            for depth in (3, 8):
                tree = _Trees(schema, fields).selection(inner, depth)
                found[f"all there is, {fields} fields, depth {depth}, root {number}"] = f"{{ {call} {{ {tree} }} }}"
        small = _Trees(schema, 18).selection(inner, 3)
        found[f"alias flood, root {number}"] = repeated(lambda n, c=call, s=small: f"a{n}: {c} {{ {s} }}")
        found[f"alias flood within the limits, root {number}"] = repeated(
            lambda n, c=call, s=small: f"a{n}: {c} {{ {s} }}", most=50
        )
        found[f"the same field again, root {number}"] = repeated(lambda n, c=call, s=small: f"{c} {{ {s} }}")
        found[f"the same field in fragments, root {number}"] = repeated(
            lambda n, c=call, s=small: f"... {{ {c} {{ {s} }} }}", most=50
        )
        found[f"deep nesting, root {number}"] = _deep(schema, call, inner)
        found[f"type conditions within each other, root {number}"] = _conditions(schema, call, inner)
        found[f"conditions on fields, root {number}"] = _conditional(schema, call, inner)
        found[f"a fragment on every type, root {number}"] = _fragments(schema, call, inner)
    name, field = roots[0]
    call = f"{name}{arguments(field)} {{ __typename }}"
    found |= _of_any_schema(schema, call)
    documents: Documents = {kind: (text, {}) for kind, text in found.items()}
    for kind in [each for each in found if each.startswith("conditions on fields")]:
        documents[kind] = (found[kind], {f"v{n}": n % 3 == 0 for n in range(90)})
    documents |= _of_inputs(schema)
    return documents


def _reach(schema: GraphQLSchema, kind: Any) -> int:
    return len(_Trees(schema, 5_000).selection(kind, 4))


def _deep(schema: GraphQLSchema, call: str, kind: Any) -> str:
    steps = list(_cycle(schema, kind))
    if not steps:
        return f"{{ {call} {{ __typename }} }}"
    opening = ""
    for number in range(16):
        name, field, on = steps[number % len(steps)]
        leaves = " ".join(
            each + arguments(own)
            for each, own in list(getattr(on, "fields", {}).items())[:40]
            if is_leaf_type(get_named_type(own.type))
        )
        opening += f"... on {on.name} {{ {leaves} {name}{arguments(field)} {{ "
    return f"{{ {call} {{ {opening} __typename {'} } ' * 16} }} }}"


def _conditions(schema: GraphQLSchema, call: str, kind: Any) -> str:
    types = [kind.name]
    if is_abstract_type(kind):
        types += [each.name for each in schema.get_possible_types(kind)]
    depth = 900  # below that of the parser
    opening = "".join(
        f"... on {types[n % len(types)] if n % 2 else kind.name} {{ a{n}: __typename " for n in range(depth)
    )
    return f"{{ {call} {{ {opening} __typename {'} ' * depth} }} }}"


def _conditional(schema: GraphQLSchema, call: str, kind: Any) -> str:
    variables = ", ".join(f"$v{n}: Boolean!" for n in range(90))
    tree = _Trees(schema, 18).selection(kind, 3)
    return (
        f"query ({variables}) {{ "
        + " ".join(f"... @include(if: $v{n}) {{ {call} {{ {tree} }} }}" for n in range(45))
        + " ".join(f"... @skip(if: $v{n}) {{ {call} {{ {tree} }} }}" for n in range(45, 90))
        + " }"
    )


def _fragments(schema: GraphQLSchema, call: str, kind: Any) -> str:
    tree = _Trees(schema, 30).selection(kind, 4)
    text = repeated(lambda n: f"fragment F{n} on {kind.name} {{ ...F{n + 1} {tree} }}", "", "", most=60)
    count = text.count("fragment F")
    return f"{{ {call} {{ ...F0 }} }} {text} fragment F{count} on {kind.name} {{ __typename }}"


def _of_any_schema(schema: GraphQLSchema, call: str) -> dict[str, str]:
    links = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    chain = repeated(
        lambda n: f"fragment F{n} on Query {{ ...F{n + 1} }}",
        f"{{ ...F0 }} fragment F1500 on Query {{ {call} }} ",
        "",
        most=1_500,
    )
    types = "fields { name type { " * 400
    return {
        "fragments that double": f"{{ ...F0 }} {links} fragment F40 on Query {{ {call} }}",
        "fragments in a long row": chain,
        "fragments that go round": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "many operations": repeated(lambda n: f"query Q{n} {{ {call} }}", "", ""),
        "many operations within the limits": repeated(lambda n: f"query Q{n} {{ {f'{call} ' * 20} }}", "", "", most=50),
        "variables by the thousand": repeated(lambda n: f"$v{n}: Int", "query (", f") {{ {call} }}"),
        "introspection nested": f"{{ __schema {{ types {{ {types} name {'} } ' * 400} }} }} }}",
        "introspection as deep as is legal": "{ __schema { types { name fields { name args { name type { name ofType { name } } } "
        "type { name fields { name } } } } } }",
        "introspection by aliases": repeated(
            lambda n: f"a{n}: __schema {{ types {{ name fields {{ name args {{ name }} }} }} }}", most=45
        ),
        "introspection of all there is, 45 times": repeated(
            lambda n: f"a{n}: __schema {{ types {{ ...T }} }}",
            "fragment T on __Type { name fields { name args { name type { name } } type { name fields { name type { name } } } } } { ",
            most=45,
        ),
        "introspection of all there is, once": "{ __schema { types { name fields { name args { name type { name fields "
        "{ name type { name } } } } type { name fields { name args { name type { name } } } } } } } }",
        "unknown fields by the thousand": repeated(lambda n: f"unknown{n}"),
        "directives on one field": repeated(
            lambda _: "@include(if: true)", f"{{ ... {{ {call} }} ... ", "{ __typename } }"
        ),
        "braces without end": "{" * SIZE,
        "brackets without end": "{ a(b: " + "[" * (SIZE - 10),
        "one long string": '{ a(b: "' + "x" * (SIZE - 20) + '") }',
        "one long block string": '{ a(b: """' + '\\"""' * ((SIZE - 20) // 4) + '""") }',
        "escapes without end": '{ a(b: "' + "\\u0041" * ((SIZE - 20) // 6) + '") }',
        "comments without end": repeated(lambda n: f"#{n}\n", "{ ", f" {call} }}"),
    }


def _of_inputs(schema: GraphQLSchema) -> Documents:
    """Literals and variables of 64 kB where the schema takes a list or an input object; else of a type it lacks."""
    kinds = [each for each in schema.type_map.values() if isinstance(each, GraphQLInputObjectType)]
    found: Documents = {}
    name = kinds[0].name if kinds else "Int"
    found["variables of 64 kB"] = (f"query ($v: [{name}!]) {{ __typename }}", {"v": [{"x": 1}] * 6_000})
    nested: Any = 1
    for _ in range(120):  # as deep as the JSON of a body may be
        nested = {"deeper": [nested]}
    found["variables nested deep"] = (f"query ($v: {name}) {{ __typename }}", {"v": nested})
    where = next(
        (
            (
                f"{{ {own}({arg}: %s{''.join(f', {n}: {literal(a.type)}' for n, a in field.args.items() if n != arg and is_required_argument(a))}) "
                f"{'{ __typename }' if is_composite_type(get_named_type(field.type)) else ''} }}"
            )
            for own, field in _every_field(schema)
            for arg, each in field.args.items()
            if is_input_object_type(get_named_type(each.type))
        ),
        "{ unknown(a: %s) }",
    )
    found["list literal of 64 kB"] = (where % ("[" + "1 " * 31_000 + "]"), {})
    found["object literal of 64 kB"] = (where % ("{" + " ".join(f"f{n}: 1" for n in range(7_000)) + "}"), {})
    found["object literal nested deep"] = (where % ("{a: [" * 6_000 + "1" + "]}" * 6_000), {})
    return found


def _every_field(schema: GraphQLSchema) -> list[tuple[str, GraphQLField]]:
    assert schema.query_type is not None
    return list(schema.query_type.fields.items())
