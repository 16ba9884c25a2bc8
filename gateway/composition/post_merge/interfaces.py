"""Every type of the supergraph must implement its interfaces, although no subgraph saw all of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.merge.wording import in_words
from gateway.composition.subgraph import Kind, ListRef, NamedRef, NonNullRef, SubgraphModel, TypeRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.composition.diagnostics import DiagnosticCollector
    from gateway.composition.merge.model import MergedField, MergedSchema, MergedType


def check_interfaces(
    merged: MergedSchema, subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector
) -> None:
    """Report interface fields that an implementation lacks; if none, those of another type or other arguments."""
    pairs = []
    for implementing in merged.types.values():
        for name in implementing.interfaces:
            interface = merged.types.get(name)
            if interface is None or interface.kind is not Kind.INTERFACE:
                continue
            for field in interface.fields.values():
                own = implementing.fields.get(field.name)
                if own is None:
                    _report_missing(implementing, interface, field, subgraphs, diagnostics)
                else:
                    pairs.append((implementing, interface, own, field))
    if not diagnostics.has_failed():
        for implementing, interface, own, field in pairs:
            here, there = f"{implementing.name}.{own.name}", f"{interface.name}.{field.name}"
            for problem in _problems(merged, here, there, own, field):
                diagnostics.error("INVALID_GRAPHQL", problem, coordinate=here)


def _report_missing(
    implementing: MergedType,
    interface: MergedType,
    field: MergedField,
    subgraphs: tuple[SubgraphModel, ...],
    diagnostics: DiagnosticCollector,
) -> None:
    declaring = [s.name for s in subgraphs if (t := s.types.get(interface.name)) and field.name in t.fields]
    lacking = [s.name for s in subgraphs if (t := s.types.get(implementing.name)) and interface.name in t.interfaces]
    message = (
        f'Interface field "{interface.name}.{field.name}" is declared in {in_words(declaring)}, but "{implementing.name}", '
        f'which implements "{interface.name}" in {in_words(lacking)}, does not have it in any subgraph; add it to "{implementing.name}".'
    )
    diagnostics.error("INTERFACE_FIELD_NO_IMPLEM", message, coordinate=f"{implementing.name}.{field.name}")


def _problems(merged: MergedSchema, here: str, there: str, own: MergedField, field: MergedField) -> Iterator[str]:
    """The rules of the GraphQL specification, IsValidImplementation; `here` implements `there`."""
    if not is_implementation_type(merged, own.type, field.type):
        yield f'"{here}" has type "{own.type}" in the supergraph, but implements "{there}" of type "{field.type}".'
    for name, argument in field.arguments.items():
        given = own.arguments.get(name)
        if given is None:
            yield f'"{here}" has no argument "{name}" in the supergraph, but implements "{there}", which has it.'
        elif given.type != argument.type:
            yield (
                f'Argument "{here}({name}:)" has type "{given.type}" in the supergraph, but '
                f'"{there}({name}:)" has type "{argument.type}".'
            )
    for name, argument in own.arguments.items():
        if name not in field.arguments and isinstance(argument.type, NonNullRef) and argument.default is None:
            yield f'Argument "{here}({name}:)" is required, but "{there}", which the field implements, lacks it.'


def is_implementation_type(merged: MergedSchema, own: TypeRef, declared: TypeRef) -> bool:
    """Whether a field of type `own` may implement one of type `declared` in the supergraph."""
    if own == declared:
        return True
    if isinstance(own, NonNullRef):
        return is_implementation_type(merged, own.of, declared.of if isinstance(declared, NonNullRef) else declared)
    if isinstance(own, ListRef):
        return isinstance(declared, ListRef) and is_implementation_type(merged, own.of, declared.of)
    if not isinstance(declared, NamedRef):
        return False
    target, source = merged.types.get(declared.name), merged.types.get(own.name)
    if target is None or source is None:
        return False
    return declared.name in source.interfaces or own.name in target.members
