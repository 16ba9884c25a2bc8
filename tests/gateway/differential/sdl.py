"""A world, printed: each subgraph with its directives, each subgraph as plain GraphQL, and the whole."""

from __future__ import annotations

from .model import Kind, Member, World

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", '
    '"@requires", "@provides", "@override", "@interfaceObject", "@inaccessible"])\n'
)
ROOTS = ("Query", "Mutation")
INPUTS = "enum Mood { CALM BRISK }\ninput Filter { size: Int = 3 mood: Mood words: [String!] }\n"


def inputs(graph: str) -> str:
    """Print a subgraph's input types: one field is its own, and so no client may send it."""
    return INPUTS.replace("words", f"only_{graph}: Int words")


def subgraph_sdl(world: World, graph: str) -> str:
    """Print a subgraph as its team would write it."""
    old = graph in world.old
    return (
        ("" if old else LINK) + inputs(graph) + "".join(_definition(world, each, graph) for each in _held(world, graph))
    )


def plain_sdl(world: World, graph: str) -> str:
    """Print a subgraph's schema as it answers: without directives, with `_entities`."""
    kinds = _held(world, graph)
    entities = [
        each.name
        for each in kinds
        if (each.keyword == "type" or graph in each.objects) and each.keys.get(graph) and graph not in each.stubs
    ]
    text = inputs(graph) + "".join(_definition(world, each, graph, plain=True) for each in kinds)
    if entities:
        text += f"scalar _Any\nunion _Entity = {' | '.join(entities)}\n"
        text += "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }\n"
    return text


def whole_sdl(world: World) -> str:
    """Print what clients see, as one server would."""
    return INPUTS + "".join(_whole(world, each) for each in world.kinds.values() if not each.hidden)


def _held(world: World, graph: str) -> list[Kind]:
    return [
        each
        for each in world.kinds.values()
        if graph in each.keys or graph in each.members or graph in each.values or each.name == "Query"
    ]


def _definition(world: World, kind: Kind, graph: str, *, plain: bool = False) -> str:
    if kind.keyword == "enum":
        return f"enum {kind.name} {{ {' '.join(_value(kind, name, plain=plain) for name in kind.values[graph])} }}\n"
    hidden = " @inaccessible" if kind.hidden and not plain and graph not in world.old else ""
    if kind.keyword == "union":
        return f"union {kind.name}{hidden} = {' | '.join(kind.members[graph])}\n"
    old = graph in world.old
    extended = old and kind.keyword == "type" and any(_external_key(kind, key, graph) for key in kind.key_names())
    keyword = "type" if graph in kind.objects else kind.keyword
    head = f"{'extend ' if extended and not plain else ''}{keyword} {kind.name}"
    head += _implements(world, kind, graph) + hidden
    if not plain:
        head += "".join(_key(kind, key, graph) for key in kind.keys.get(graph, ()))
        head += " @interfaceObject" if graph in kind.objects else ""
    lines = [_field(world, kind, each, graph, plain=plain) for each in kind.fields.values() if graph in each.parts]
    if not lines:  # nothing but what `_entities` adds
        return f"type {kind.name} {{ _nothing: Boolean }}\n" if plain else ""
    return f"{head} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def _external_key(kind: Kind, key: str, graph: str) -> bool:
    return key in kind.fields and graph in kind.fields[key].parts and kind.fields[key].parts[graph].external


def _value(kind: Kind, name: str, *, plain: bool) -> str:
    return name + (" @inaccessible" if name in kind.hidden_values and not plain else "")


def _key(kind: Kind, key: str, graph: str) -> str:
    return f' @key(fields: "{key}"{", resolvable: false" if graph in kind.stubs else ""})'


def _implements(world: World, kind: Kind, graph: str) -> str:
    names = [
        each.name
        for each in world.kinds.values()
        if each.keyword == "interface" and kind.name in each.members.get(graph, ())
    ]
    return f" implements {' & '.join(names)}" if names else ""


def _signature(member: Member) -> str:
    arguments = ", ".join(f"{name}: {kind}" for name, kind in member.arguments.items())
    return f"{member.name}({arguments})" if arguments else member.name


def _field(world: World, kind: Kind, member: Member, graph: str, *, plain: bool) -> str:
    part = member.parts[graph]
    text = f"{_signature(member)}: {part.type or member.type}"
    if plain:
        return text
    text += " @external" if part.external else ""
    text += f" @requires(fields: {_quoted(part.requires)})" if part.requires else ""
    text += f" @provides(fields: {_quoted(part.provides)})" if part.provides else ""
    if part.override:
        text += f' @override(from: "{part.override}"' + (f', label: "{part.label}")' if part.label else ")")
    if graph in world.old:
        return text
    overridden = any(each.override for each in member.parts.values())
    shared = member.provided or len(member.sources()) > (2 if overridden else 1) or member.name in kind.key_names()
    if shared and not part.external and kind.keyword == "type":
        text += " @shareable"
    return text + (" @inaccessible" if member.hidden and not part.external else "")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _whole(world: World, kind: Kind) -> str:
    if kind.keyword == "enum":
        values = sorted({name for names in kind.values.values() for name in names} - kind.hidden_values)
        return f"enum {kind.name} {{ {' '.join(values)} }}\n"
    if kind.keyword == "union":
        return f"union {kind.name} = {' | '.join(n for n in kind.all_members() if not world.kinds[n].hidden)}\n"
    names = [e.name for e in world.kinds.values() if e.keyword == "interface" and kind.name in e.all_members()]
    head = f"{kind.keyword} {kind.name}" + (f" implements {' & '.join(names)}" if names else "")
    lines = [f"  {_signature(each)}: {each.type}\n" for each in kind.fields.values() if not each.hidden]
    return f"{head} {{\n{''.join(lines)}}}\n"
