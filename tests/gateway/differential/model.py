"""A graph of which everything is known: its types, and which subgraph holds which part of them.

The whole is one server's schema; each subgraph is a part of it. `worlds.py` makes such a graph at random, `sdl.py` prints
it, `truth.py` gives its data, `service.py` answers for one subgraph.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Part:
    """How one subgraph holds a field.

    type    where it declares another type than the whole (never null there, say)
    """

    external: bool = False
    requires: str = ""
    provides: str = ""
    override: str = ""
    label: str = ""
    type: str = ""


@dataclass(slots=True)
class Member:
    """A field of the whole.

    arguments   name → type and perhaps default, as in SDL
    parts       subgraph → how it holds the field
    required    named by a `@requires` somewhere
    provided    promised by a `@provides` somewhere
    lent        given to an implementation by an interface object; no subgraph holds it on the type itself
    """

    name: str
    type: str
    parts: dict[str, Part] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    hidden: bool = False
    required: bool = False
    provided: bool = False
    lent: bool = False

    @property
    def base(self) -> str:
        """Its type's name."""
        return self.type.strip("[]!")

    def source(self, graph: str) -> bool:
        """Whether that subgraph declares it for others to ask."""
        return graph in self.parts and not self.parts[graph].external

    def sources(self) -> list[str]:
        """List the subgraphs that declare it for others to ask."""
        return [graph for graph in self.parts if self.source(graph)]


@dataclass(slots=True)
class Kind:
    """A type of the whole.

    keys        subgraph → its keys for the type; () where it holds the type without one
    stubs       subgraphs that cannot look it up, and only refer to it (`resolvable: false`)
    members     unions and interfaces: subgraph → its runtime types there
    objects     subgraphs in which this interface is an object
    values      enums: subgraph → its values there
    """

    name: str
    keyword: str = "type"
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stubs: set[str] = field(default_factory=set)
    fields: dict[str, Member] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    objects: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)
    hidden_values: set[str] = field(default_factory=set)
    hidden: bool = False

    @property
    def abstract(self) -> bool:
        """Whether its objects have a runtime type of another name."""
        return self.keyword in {"interface", "union"}

    def all_members(self) -> list[str]:
        """List its runtime types, over all subgraphs."""
        return sorted({name for names in self.members.values() for name in names})

    def key_names(self) -> set[str]:
        """Name the fields at the top of any key."""
        return {word for keys in self.keys.values() for key in keys for word in _top(key)}


def _top(key: str) -> list[str]:
    found, depth = [], 0
    for word in key.replace("{", " { ").replace("}", " } ").split():
        depth += {"{": 1, "}": -1}.get(word, 0)
        if depth == 0 and word != "}":
            found.append(word)
    return found


@dataclass(slots=True)
class World:
    """The whole graph.

    graphs  subgraphs' names
    old     subgraphs written for Federation 1
    loose   keys may be null, and entities may be gone where they are looked up: what hangs from them is null
    """

    graphs: list[str]
    old: set[str]
    kinds: dict[str, Kind] = field(default_factory=dict)
    loose: bool = False

    def possible(self, name: str) -> list[str]:
        """List the runtime types of a type; of an object, itself."""
        kind = self.kinds[name]
        return kind.all_members() if kind.abstract else [name]

    def labels(self) -> list[str]:
        """List the labels of progressive overrides."""
        parts = (part for kind in self.kinds.values() for each in kind.fields.values() for part in each.parts.values())
        return sorted({part.label for part in parts if part.label})
