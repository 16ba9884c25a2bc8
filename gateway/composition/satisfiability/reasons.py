"""Why a field cannot be reached, subgraph by subgraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.supergraph.model import JoinField, Supergraph, TypeDefinition, TypeKind

if TYPE_CHECKING:
    from gateway.composition.satisfiability.walk import Problem


def reasons_of(supergraph: Supergraph, problem: Problem) -> tuple[str, ...]:
    """One sentence per obstacle, in the order of the subgraphs' names."""
    reasons: dict[str, None] = {}
    standing = sorted({node.graph for node in problem.nodes})
    for graph in standing:
        if problem.field_name:
            reasons[_here(supergraph, problem, graph)] = None
        for target in sorted(_holders(supergraph, problem) - set(standing)):
            reasons[_move(supergraph, problem, graph, target)] = None
    return tuple(reasons)


def _name(supergraph: Supergraph, graph: str) -> str:
    return supergraph.subgraphs[graph].name


def _here(supergraph: Supergraph, problem: Problem, graph: str) -> str:
    """What is in the way in the subgraph one stands in: the four cases."""
    subgraph, coordinate = _name(supergraph, graph), f"{problem.type_name}.{problem.field_name}"
    definition = supergraph.types[problem.type_name]
    field = definition.fields[problem.field_name]
    join = field.joins.get(graph)
    if (field.has_joins and join is None) or graph not in definition.homes:
        return f'from subgraph "{subgraph}": cannot find field "{coordinate}".'
    if join is not None and join.label is not None:
        return f'from subgraph "{subgraph}": field "{coordinate}" depends on override label "{join.label}".'
    if join is not None and join.used_overridden:
        return f'from subgraph "{subgraph}": field "{coordinate}" is overridden by another subgraph.'
    if join is not None and join.external:
        return f'from subgraph "{subgraph}": field "{coordinate}" is not resolvable because it is marked @external.'
    if join is not None and join.requires:
        return (
            f'from subgraph "{subgraph}": cannot satisfy @requires(fields: "{join.requires}") on field "{coordinate}".'
        )
    return f'from subgraph "{subgraph}": cannot use field "{coordinate}" on every type it may be asked of.'


def _holders(supergraph: Supergraph, problem: Problem) -> set[str]:
    """The subgraphs that could answer, if one could get there."""
    definition = supergraph.types[problem.type_name]
    if not problem.field_name:
        return set(definition.homes) - set(definition.interface_objects)
    field = definition.fields[problem.field_name]
    if field.has_joins and not field.joins:
        return {
            graph
            for interface in _interfaces(definition)
            for graph in supergraph.types[interface].interface_objects
            if _resolves(supergraph.types[interface], problem.field_name, graph)
        }
    return {graph for graph in definition.homes if _resolves(definition, problem.field_name, graph)}


def _interfaces(definition: TypeDefinition) -> set[str]:
    return {name for names in definition.implements.values() for name in names}


def _resolves(definition: TypeDefinition, field_name: str, graph: str) -> bool:
    field = definition.fields.get(field_name)
    if field is None:
        return False
    join: JoinField | None = field.joins.get(graph)
    return not field.has_joins or (join is not None and not join.external and not join.used_overridden)


def _move(supergraph: Supergraph, problem: Problem, graph: str, target: str) -> str:
    start, end = _name(supergraph, graph), _name(supergraph, target)
    what = f'field "{problem.type_name}.{problem.field_name}"' if problem.field_name else "the interface itself"
    where = f'from subgraph "{start}": cannot move to subgraph "{end}", which has {what},'
    definition = supergraph.types[problem.type_name]
    keys = [key for key in definition.homes.get(target, ()) if key.resolvable]
    if not keys and definition.kind is TypeKind.OBJECT:
        keys = [
            key
            for interface in sorted(_interfaces(definition))
            for key in supergraph.types[interface].homes.get(target, ())
            if key.resolvable and target in supergraph.types[interface].interface_objects
        ]
    if keys:
        fields = " or ".join(f'@key(fields: "{key.fields}")' for key in keys)
        return f"{where} because the fields of {fields} cannot be gathered without it."
    declared = definition.homes.get(target, ())
    why = "only keys that are not resolvable" if declared else "no @key"
    return f'{where} because type "{problem.type_name}" has {why} there; give it a @key there that "{start}" can fill.'
