"""Worlds at random: a whole schema, split over two to five subgraphs with every directive of Federation.

Longer than most files: one maker, whose steps each look at what the earlier ones made. Most of what is made composes; what does not is somebody else's test (`tests/gateway/composition`).
"""

from __future__ import annotations

from random import Random

from .model import Kind, Member, Part, World

SCALARS = ("String", "String!", "Int", "Float", "Boolean", "[String!]", "[Int]", "Mood")
WRAPPINGS = ("%s", "%s", "%s!", "[%s]", "[%s!]!", "[[%s!]]")
ARGUMENTS = (
    {},
    {},
    {},
    {"a": "String"},
    {"n": "Int = 2", "a": "String"},
    {"f": "Filter"},
    {"m": "Mood = CALM", "l": "[Int!]"},
    {"must": "Int!"},
)


def world_of(seed: int) -> World:
    """Make a world; the same for the same seed."""
    return _Maker(seed).world


class _Maker:
    """Builds one world, step by step; later steps look at what earlier ones made."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.dense = self.dice.random() < 0.5
        graphs = ["ants", "bees", "cats", "dogs", "eels"][: self.dice.choice((2, 2, 3, 3, 4, 5))]
        old = {graph for graph in graphs if self.dice.random() < 0.08}
        self.world = World(graphs, old)
        self.kinds = self.world.kinds
        self.kinds["Query"] = Kind("Query", keys=dict.fromkeys(graphs, ()))
        self.entities = [f"Entity{number}" for number in range(self.dice.randint(2, 4))]
        self._enum()
        for name in self.entities:
            self._entity(name)
        for number in range(self.dice.randint(1, 2)):
            self._value_type(f"Value{number}")
        self._abstract()
        self._interface_object()
        for name in self.entities:
            self._leaves(name)
            self._links(name)
        self._common_fields()
        for name in self.entities:
            self._requires(name)
        for name in self.entities:
            self._provides(name)
        self._overrides()
        self._queries()
        self._mutations()
        self._hide()
        self._drop_unused()
        if Random(f"{seed} loose").random() < 0.15:
            self._loosen()

    def _some(self, names: list[str], least: int = 1) -> list[str]:
        picked = self.dice.sample(names, self.dice.randint(min(least, len(names)), len(names)))
        return sorted(picked)

    # --- types ---

    def _enum(self) -> None:
        values = ["RED", "GREEN", "BLUE", "GREY"]
        held = {graph: ["RED", *self._some(values[1:])] for graph in self.world.graphs}
        self.kinds["Colour"] = Kind("Colour", "enum", values=held)
        if self.dice.random() < 0.4 and not self.world.old:
            self.kinds["Colour"].hidden_values = {self.dice.choice(values[1:])}

    def _entity(self, name: str) -> None:
        """An entity with a key in each of its subgraphs: by id, by one of several, compound, or nested."""
        kind = self.kinds[name] = Kind(name)
        graphs = self._some(self.world.graphs, 2)
        style = self.dice.choice(("id", "id", "several", "compound", "nested", "number"))
        choices = {
            "id": [("id",)],
            "several": [("id",), ("sku",), ("id", "sku")],
            "compound": [("id",), ("id sku",), ("id", "id sku")],
            "nested": [("id",), ("org { oid }",), ("id", "org { oid }"), ("id org { oid }",)],
            "number": [("num",), ("num", "id")],
        }[style]
        for graph in graphs:
            kind.keys[graph] = self.dice.choice(choices)
        every = tuple(sorted({key for keys in kind.keys.values() for key in keys}))
        bridge = self.dice.choice(graphs)
        kind.keys[bridge] = every  # somebody knows all of its keys, so that most worlds hang together
        for field, of in (("id", "ID!"), ("sku", "String!"), ("num", "Int!"), ("org", "Org!")):
            holders = [graph for graph in graphs if any(field in key.split() for key in kind.keys[graph])]
            if holders:
                kind.fields[field] = Member(field, of, {graph: Part() for graph in holders})
        for graph in graphs:
            alone = len(kind.keys[graph]) == 1 and graph != bridge
            if alone and graph not in self.world.old and self.dice.random() < 0.12:
                kind.stubs.add(graph)
            elif alone and graph in self.world.old:
                for field in kind.key_names():
                    if graph in kind.fields[field].parts and field != "org":
                        kind.fields[field].parts[graph] = Part(external=True)
        if "org" in kind.fields:
            org = self.kinds.setdefault("Org", Kind("Org", fields={"oid": Member("oid", "ID!")}))
            for graph in kind.fields["org"].parts:
                org.keys[graph] = ()
                org.fields["oid"].parts[graph] = Part()

    def _value_type(self, name: str) -> None:
        """A type without key: each subgraph that has it knows some of its fields."""
        graphs = self._some(self.world.graphs)
        kind = self.kinds[name] = Kind(name, keys=dict.fromkeys(graphs, ()))
        kind.fields["all"] = Member("all", "Int", {graph: Part() for graph in graphs})
        for number in range(self.dice.randint(1, 3)):
            held = graphs if self.dice.random() < 0.4 else self._some(graphs)
            parts = {graph: Part() for graph in held}
            kind.fields[f"v{number}"] = Member(f"v{number}", self.dice.choice(SCALARS), parts)

    def _abstract(self) -> None:
        """An interface and a union over some of the entities."""
        chosen = self._some(self.entities, 2)
        held = {
            graph: [name for name in chosen if graph in self.kinds[name].keys and graph not in self.kinds[name].stubs]
            for graph in self.world.graphs
        }
        self.kinds["Thing"] = Kind("Thing", "interface", members={g: names for g, names in held.items() if names})
        whole = all(len(each.parts) == len(self.world.graphs) for each in self.kinds["Value0"].fields.values())
        pool = [*self.entities, "Value0"] if whole else self.entities
        joined = {graph: [name for name in pool if graph in self.kinds[name].keys] for graph in self.world.graphs}
        if self.dice.random() < 0.5:
            joined = {graph: self._some(names) if names else [] for graph, names in joined.items()}
        self.kinds["Any"] = Kind("Any", "union", members={g: names for g, names in joined.items() if names})

    def _interface_object(self) -> None:
        """An entity interface that other subgraphs hold as an object."""
        modern = [graph for graph in self.world.graphs if graph not in self.world.old]
        if len(modern) < 2 or self.dice.random() < 0.4:
            return
        real = self.dice.choice(modern)
        others = self._some([graph for graph in modern if graph != real])[:2]
        kind = self.kinds["Media"] = Kind("Media", "interface", keys=dict.fromkeys((real, *others), ("id",)))
        kind.objects = set(others)
        kind.members = {real: ["Book", "Film"]}
        kind.fields["id"] = Member("id", "ID!", {graph: Part() for graph in (real, *others)})
        kind.fields["title"] = Member("title", "String", {real: Part()})
        for name in ("Book", "Film"):
            own = self.kinds[name] = Kind(name, keys={real: ("id",)})
            own.fields["id"] = Member("id", "ID!", {real: Part()})
            own.fields["title"] = Member("title", "String", {real: Part()})
            own.fields[f"own{name}"] = Member(f"own{name}", self.dice.choice(SCALARS), {real: Part()})
        for number, graph in enumerate(others):
            self._lend(Member(f"lent{number}", self.dice.choice(("String", "Int", "[String!]")), {graph: Part()}))
            if self.dice.random() < 0.4:
                kind.fields["title"].parts[graph] = Part(external=True)
                self._lend(Member(f"made{number}", "String", {graph: Part(requires="title")}))
            if self.dice.random() < 0.4:
                self._lend(Member(f"next{number}", self.dice.choice(("Media", "[Media!]")), {graph: Part()}))

    def _lend(self, member: Member) -> None:
        self.kinds["Media"].fields[member.name] = member
        for name in ("Book", "Film"):
            self.kinds[name].fields[member.name] = Member(member.name, member.type, lent=True)

    # --- fields ---

    def _knowing(self, name: str) -> list[str]:
        """List the subgraphs that may hold fields of an entity beside its keys."""
        kind = self.kinds[name]
        return [graph for graph in kind.keys if graph not in kind.stubs]

    def _leaves(self, name: str) -> None:
        kind, graphs = self.kinds[name], self._knowing(name)
        kind.fields["name"] = Member("name", "String", {graph: Part() for graph in self._some(graphs)})
        for number in range(self.dice.randint(1, 4)):
            of = self.dice.choice((*SCALARS, "Colour"))
            held = self._some(graphs) if self.dice.random() < 0.3 else [self.dice.choice(graphs)]
            member = Member(f"s{number}", of, {graph: Part() for graph in held}, dict(self.dice.choice(ARGUMENTS)))
            if len(held) > 1 and not of.endswith("!") and of != "Colour" and self.dice.random() < 0.3:
                member.parts[held[0]].type = of + "!"
            kind.fields[member.name] = member

    def _links(self, name: str) -> None:
        """Fields to other types: entities, value types, and abstract ones."""
        kind, graphs = self.kinds[name], self._knowing(name)
        for number in range(self.dice.randint(1, 4)):
            graph = self.dice.choice(graphs)
            base = self._target(graph, graphs)
            if base is None:
                continue
            wrapping = self.dice.choice(WRAPPINGS)
            held = [graph]
            if base.startswith("Value"):
                held = [each for each in graphs if each in self.kinds[base].keys]
                wrapping = self.dice.choice(("%s", "%s!", "[%s!]"))
            elif self.dice.random() < (0.4 if self.dense else 0.2):
                held = [each for each in graphs if self._has_same(base, graph, each)]
            arguments = dict(self.dice.choice(ARGUMENTS)) if self.dice.random() < 0.4 else {}
            kind.fields[f"o{number}"] = Member(
                f"o{number}", wrapping % base, {each: Part() for each in held}, arguments
            )

    def _target(self, graph: str, graphs: list[str]) -> str | None:
        drawn = self.dice.random()
        entities = [name for name in self.entities if graph in self.kinds[name].keys]
        values = [
            name
            for name, kind in self.kinds.items()
            if name.startswith("Value")
            and graph in kind.keys
            and all(set(each.sources()) & set(graphs) for each in kind.fields.values())
        ]
        if drawn < 0.2 and values:
            return self.dice.choice(values)
        if drawn < 0.35 and graph in self.kinds["Thing"].members:
            return "Thing"
        if drawn < 0.5 and graph in self.kinds["Any"].members:
            return "Any"
        if drawn < 0.6 and "Media" in self.kinds and graph in self.kinds["Media"].keys:
            return "Media"
        if drawn < 0.64:
            return "Query"
        return self.dice.choice(entities) if entities else None

    def _has_same(self, base: str, graph: str, other: str) -> bool:
        kind = self.kinds[base]
        if kind.abstract and base != "Media":
            return set(kind.members.get(graph, ())) == set(kind.members.get(other, ()))
        return other in kind.keys

    def _common_fields(self) -> None:
        """The interface has, in each subgraph, what all of its runtime types declare there."""
        kind = self.kinds["Thing"]
        members = kind.all_members()
        shared = set.intersection(*({*self.kinds[name].fields} for name in members))
        for field in sorted(shared):
            versions = [self.kinds[name].fields[field] for name in members]
            same = {(each.type, str(each.arguments)) for each in versions}
            if len(same) > 1 or any(part.type for each in versions for part in each.parts.values()):
                continue
            held = [
                graph
                for graph, names in kind.members.items()
                if all(graph in self.kinds[name].fields[field].parts for name in names)
            ]
            if held and self.dice.random() < 0.85:
                first = versions[0]
                parts = {graph: Part() for graph in held}
                kind.fields[field] = Member(field, first.type, parts, dict(first.arguments))
        for graph in list(kind.members):
            if not any(graph in each.parts for each in kind.fields.values()):
                del kind.members[graph]  # an interface without a field is none
                self._forget("Thing", graph)
        if not kind.members:
            del self.kinds["Thing"]

    def _forget(self, name: str, graph: str) -> None:
        """Leave out fields of a type that a subgraph does not have after all."""
        for kind in self.kinds.values():
            for field in [each for each in kind.fields.values() if each.base == name]:
                field.parts.pop(graph, None)
                if not field.parts:
                    del kind.fields[field.name]

    # --- what is gathered from elsewhere ---

    def _requires(self, name: str) -> None:
        kind = self.kinds[name]
        graphs = self._knowing(name)
        for number in range(self.dice.choice((2, 3, 4) if self.dense else (0, 1, 1, 2))):
            graph = self.dice.choice(graphs)
            wanted = self._wanted(name, graph, 2)
            if wanted:
                arguments = {"a": "String"} if self.dice.random() < 0.2 else {}
                part = Part(requires=wanted)
                kind.fields[f"r{number}"] = Member(f"r{number}", "String", {graph: part}, arguments)

    def _wanted(self, name: str, graph: str, depth: int) -> str:
        """Write a field set of what `graph` does not have of a type, and declare it external there."""
        kind = self.kinds[name]
        found = []
        fields = [each for each in kind.fields.values() if self._can_be_required(each, graph, depth)]
        for each in self.dice.sample(fields, min(len(fields), self.dice.randint(1, 2))):
            inner = ""
            if each.base in self.kinds and each.base != "Colour":
                inner = self._wanted_inside(each.base, graph, depth - 1)
                if not inner:
                    continue
                inner = f" {{ {inner} }}"
            each.parts.setdefault(graph, Part(external=True))
            each.required = True
            found.append(each.name + self._literals(each) + inner)
        return " ".join(found)

    def _wanted_inside(self, base: str, graph: str, depth: int) -> str:
        kind = self.kinds[base]
        if not kind.abstract:
            known = [each.name for each in kind.fields.values() if graph in each.parts and self._is_plain(each)]
            if known and self.dice.random() < 0.4:
                chosen = self.dice.choice(known)
                kind.fields[chosen].required = True
                return chosen
            return self._wanted(base, graph, depth)
        pieces = ["__typename"] if self.dice.random() < 0.3 else []
        for member in kind.members.get(graph, ()):
            inner = self._wanted(member, graph, depth)
            if inner:
                pieces.append(f"... on {member} {{ {inner} }}")
        return " ".join(pieces) if len(pieces) > 1 or "..." in str(pieces) else ""

    def _is_plain(self, each: Member) -> bool:
        return not each.arguments and (each.base not in self.kinds or each.base == "Colour")

    def _can_be_required(self, each: Member, graph: str, depth: int) -> bool:
        if each.lent or each.name in {"id", "sku", "num", "org"} or each.source(graph):
            return False
        if any(part.override or (part.requires and self.dice.random() < 0.5) for part in each.parts.values()):
            return False
        if each.base in self.kinds and each.base != "Colour":
            known = self.kinds[each.base]
            return depth > 0 and each.base != "Query" and (graph in known.keys or graph in known.members)
        return True

    def _literals(self, each: Member) -> str:
        given = {"a": '"rq"', "must": "7", "n": "5", "m": "BRISK", "l": "[1, 2]", "f": "{size: 1}"}
        named = [n for n in each.arguments if each.arguments[n].endswith("!") or self.dice.random() < 0.7]
        return f"({', '.join(f'{name}: {given[name]}' for name in named)})" if named else ""

    def _provides(self, name: str) -> None:
        kind = self.kinds[name]
        for each in list(kind.fields.values()):
            if each.base not in self.kinds or each.base in {"Query", "Colour", "Media", "Org"}:
                continue
            for graph in each.sources():
                if graph not in self.world.old and self.dice.random() < (0.4 if self.dense else 0.2):
                    each.parts[graph].provides = self._promised(each.base, graph, 1)

    def _promised(self, base: str, graph: str, depth: int) -> str:
        kind = self.kinds[base]
        if kind.abstract:
            pieces = [
                f"... on {member} {{ {inner} }}"
                for member in kind.members.get(graph, ())
                if (inner := self._promised(member, graph, depth))
            ]
            return " ".join(pieces)
        found = []
        for each in kind.fields.values():
            part = each.parts.get(graph)
            if each.lent or each.arguments or each.name in kind.key_names() or (part and not part.external):
                continue
            if not each.sources() or any(own.requires or own.override for own in each.parts.values()):
                continue
            inner = ""
            if each.base in self.kinds and each.base != "Colour":
                held = graph in self.kinds[each.base].keys and each.base not in {"Query", "Media"}
                inner = self._promised(each.base, graph, depth - 1) if depth and held else ""
                if not inner:
                    continue
                inner = f" {{ {inner} }}"
            if self.dice.random() < 0.5:
                each.parts.setdefault(graph, Part(external=True))
                each.provided = True
                found.append(each.name + inner)
        return " ".join(found)

    def _overrides(self) -> None:
        for name in self.entities:
            for each in self.kinds[name].fields.values():
                sources = each.sources()
                plain = len(sources) == 1 and not any(part.requires for part in each.parts.values())
                takers = [g for g in self._knowing(name) if g not in each.parts and g not in self.world.old]
                if not plain or not takers or each.name in self.kinds[name].key_names():
                    continue
                base = self.kinds.get(each.base)
                takers = [graph for graph in takers if base is None or self._has_same(each.base, sources[0], graph)]
                takers = [] if base is not None and base.abstract else takers
                if takers and not each.parts[sources[0]].provides and self.dice.random() < 0.15:
                    wanted = any(part.external for part in each.parts.values())  # a label then decides about others too
                    label = "" if wanted else self.dice.choice(("", "percent(40)", "new"))
                    each.parts[self.dice.choice(takers)] = Part(override=sources[0], label=label)

    # --- roots ---

    def _queries(self) -> None:
        query = self.kinds["Query"]
        for name in self.entities:
            known = list(self.kinds[name].keys)
            one, many = self.dice.choice(known), self.dice.choice(known)
            query.fields[f"one{name}"] = Member(f"one{name}", name, {one: Part()}, {"a": "String"})
            query.fields[f"all{name}"] = Member(f"all{name}", f"[{name}!]", {many: Part()})
            if self.dice.random() < 0.3:
                parts = {graph: Part() for graph in known}
                query.fields[f"any{name}"] = Member(f"any{name}", name, parts)
        for base in ("Thing", "Any", "Media"):
            if base in self.kinds:
                kind = self.kinds[base]
                graph = self.dice.choice(sorted(kind.keys or kind.members))
                query.fields[f"all{base}"] = Member(f"all{base}", self.dice.choice(WRAPPINGS) % base, {graph: Part()})
        graph = self.dice.choice(self.world.graphs)
        query.fields["mood"] = Member("mood", "Mood", {graph: Part()}, {"f": "Filter", "m": "Mood = BRISK"})
        if self.dice.random() < 0.4:
            query.fields["colour"] = Member("colour", "Colour", {graph: Part() for graph in self.world.graphs})

    def _mutations(self) -> None:
        if self.dice.random() < 0.5:
            return
        kind = self.kinds["Mutation"] = Kind("Mutation")
        for number in range(self.dice.randint(2, 4)):
            graph = self.dice.choice(self.world.graphs)
            known = [name for name in self.entities if graph in self.kinds[name].keys]
            of = self.dice.choice((*known, "Int")) if known else "Int"
            kind.fields[f"do{number}"] = Member(f"do{number}", of, {graph: Part()}, {"a": "String"})
            kind.keys[graph] = ()
        if not kind.fields:
            del self.kinds["Mutation"]

    # --- what clients must not see ---

    def _hide(self) -> None:
        if self.world.old:
            return
        for name in self.entities:
            for each in self.kinds[name].fields.values():
                shown = "Thing" in self.kinds and each.name in self.kinds["Thing"].fields
                if each.name not in self.kinds[name].key_names() and not shown and self.dice.random() < 0.06:
                    each.hidden = True
        hidden = self.entities[-1]
        if self.dice.random() < 0.12:
            self.kinds[hidden].hidden = True
            for kind in self.kinds.values():
                for each in kind.fields.values():
                    if each.base == hidden:
                        each.hidden = True
            mutation = self.kinds.get("Mutation")
            if mutation is not None and all(each.hidden for each in mutation.fields.values()):
                del self.kinds["Mutation"]

    def _loosen(self) -> None:
        """Let the keys of entities be null."""
        self.world.loose = True
        for name in (*self.entities, "Org", "Thing"):
            for each in self.kinds[name].fields.values() if name in self.kinds else ():
                if each.name in {"id", "sku", "num", "oid"}:
                    each.type = each.type.removesuffix("!")

    def _drop_unused(self) -> None:
        """Leave out subgraphs' parts that would be empty."""
        for kind in list(self.kinds.values()):
            if kind.keyword == "type" and kind.name != "Query":
                for graph in list(kind.keys):
                    if not any(graph in each.parts for each in kind.fields.values()) and not kind.keys[graph]:
                        del kind.keys[graph]
