"""Contracts: the cut of a supergraph that `@tag`s choose.

    contract([SubgraphSource(…), …], ContractFilter(include=frozenset({"public"})))

What the filter leaves out is marked `@inaccessible` in the subgraphs' models, and they are composed as ever: the
supergraph of a contract has all fields, and its API schema only those that were chosen. The tags themselves are gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from gateway.composition.diagnostics import DiagnosticCollector
from gateway.composition.merge.emit import print_supergraph
from gateway.composition.reachability import unreachable_types
from gateway.composition.stages import CompositionOptions, CompositionResult, finish, prepare, result_of
from gateway.composition.subgraph import (
    Annotated,
    Directive,
    Field,
    InputValue,
    Kind,
    SubgraphModel,
    SubgraphSource,
    TypeDefinition,
)
from gateway.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gateway.composition.diagnostics import Diagnostic

__all__ = ["ContractFilter", "contract"]

_Element = TypeVar("_Element", bound=Annotated)
_Tags = dict[str, frozenset[str]]
_INACCESSIBLE = Directive(name="inaccessible", meaning="inaccessible", arguments={})
_ABOUT_HIDING = frozenset(
    {
        "REFERENCED_INACCESSIBLE",
        "DEFAULT_VALUE_USES_INACCESSIBLE",
        "QUERY_ROOT_TYPE_INACCESSIBLE",
        "REQUIRED_INACCESSIBLE",
        "IMPLEMENTED_BY_INACCESSIBLE",
        "DISALLOWED_INACCESSIBLE",
        "ONLY_INACCESSIBLE_CHILDREN",
    }
)


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """Which tags a contract shows.

    include             tags to show; empty: everything that is not excluded
    exclude             tags to hide, whatever else they carry
    remove_unreachable  whether types that no field of the contract leads to are hidden as well
    keep_leaves         whether `include` chooses among fields of objects and interfaces and among unions only:
                        arguments, input fields, enum values and scalars then stay unless excluded. Without it all of
                        them must carry an included tag, or inherit one
    Raises  SettingsInvalid for a tag in both
    """

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    remove_unreachable: bool = True
    keep_leaves: bool = False

    def __post_init__(self) -> None:
        both = sorted(self.include & self.exclude)
        if both:
            raise SettingsInvalid(f'The tag "{both[0]}" is both included and excluded. Leave it in one list.')

    def hides(self, tags: frozenset[str]) -> bool:
        """Whether an element with these tags, inherited ones among them, is left out."""
        return bool(tags & self.exclude) or bool(self.include and not tags & self.include)

    def hides_leaf(self, tags: frozenset[str]) -> bool:
        """The same for an argument, an input field, an enum value or a scalar."""
        return bool(tags & self.exclude) if self.keep_leaves else self.hides(tags)

    def __str__(self) -> str:
        parts = [
            f"{verb} {', '.join(sorted(tags))}"
            for verb, tags in (("include", self.include), ("exclude", self.exclude))
            if tags
        ]
        return "; ".join(parts) or "everything"


def contract(
    subgraphs: Sequence[SubgraphSource],
    chosen: ContractFilter,
    options: CompositionOptions | None = None,
) -> CompositionResult:
    """Compose the contract that a filter cuts out of the subgraphs' supergraph.

    Errors about hidden elements tell of the contract, all others of the subgraphs themselves.
    """
    diagnostics = DiagnosticCollector()
    models = prepare(subgraphs, diagnostics)
    if diagnostics.has_failed():
        return result_of(None, diagnostics, models)
    cut = _cut(models, chosen)
    merged = finish(cut, options or CompositionOptions(), diagnostics)
    if merged is not None and chosen.remove_unreachable:
        hidden = unreachable_types(merged)
        merged = finish(_hide_types(cut, hidden), CompositionOptions(satisfiability=False), diagnostics)
    result = result_of(None if merged is None else print_supergraph(merged), diagnostics, models)
    return replace(result, errors=tuple(_told_of_contract(error, chosen) for error in result.errors))


def _told_of_contract(error: Diagnostic, chosen: ContractFilter) -> Diagnostic:
    if error.code not in _ABOUT_HIDING:
        return error
    way_out = ""
    if chosen.include and error.code == "REFERENCED_INACCESSIBLE":
        way_out = " Of a type those fields are seen that carry an included tag: give it to one of them."
    return replace(error, message=f"In the contract ({chosen}): {error.message}{way_out}")


def _cut(models: tuple[SubgraphModel, ...], chosen: ContractFilter) -> tuple[SubgraphModel, ...]:
    tags = _tags_of(models)
    cut = tuple(
        _without_tags(
            replace(model, types={name: _cut_type(item, model, tags, chosen) for name, item in model.types.items()})
        )
        for model in models
    )
    emptied = {
        name
        for name in {name for model in cut for name in model.types}
        if name != "Query" and _has_only_hidden_children(name, cut)
    }
    return _hide_types(cut, emptied)


# --- tags ------------------------------------------------------------------------------------------------------------


def _tags_of(models: tuple[SubgraphModel, ...]) -> _Tags:
    """Coordinate → its own tags in any subgraph."""
    tags: _Tags = {}
    for model in models:
        for coordinate, element in _elements(model):
            own = frozenset(name for tag in element.all("tag") if (name := tag.text("name")) is not None)
            if own:
                tags[coordinate] = tags.get(coordinate, frozenset()) | own
    return tags


def _elements(model: SubgraphModel) -> Iterator[tuple[str, Annotated]]:
    for item in model.types.values():
        yield item.name, item
        for field in item.fields.values():
            yield field.coordinate, field
            for argument in field.arguments.values():
                yield f"{field.coordinate}({argument.name}:)", argument
        for child in (*item.values.values(), *item.input_fields.values()):
            yield f"{item.name}.{child.name}", child


def _without_tags(model: SubgraphModel) -> SubgraphModel:
    def plain(element: _Element) -> _Element:
        return replace(element, directives=tuple(item for item in element.directives if item.meaning != "tag"))

    def field(item: Field) -> Field:
        return replace(plain(item), arguments={name: plain(argument) for name, argument in item.arguments.items()})

    def whole(item: TypeDefinition) -> TypeDefinition:
        return replace(
            plain(item),
            fields={name: field(child) for name, child in item.fields.items()},
            values={name: plain(child) for name, child in item.values.items()},
            input_fields={name: plain(child) for name, child in item.input_fields.items()},
        )

    return replace(
        model,
        types={name: whole(item) for name, item in model.types.items()},
        schema_directives=tuple(item for item in model.schema_directives if item.meaning != "tag"),
    )


# --- hiding ----------------------------------------------------------------------------------------------------------


def _hidden(element: _Element) -> _Element:
    if element.has("inaccessible"):
        return element
    return replace(element, directives=(*element.directives, _INACCESSIBLE))


def _cut_type(item: TypeDefinition, model: SubgraphModel, tags: _Tags, chosen: ContractFilter) -> TypeDefinition:
    inherited = tags.get(item.name, frozenset())

    def child(element: _Element) -> _Element:
        own = tags.get(f"{item.name}.{element.name}", frozenset())
        return _hidden(element) if chosen.hides_leaf(inherited | own) else element

    cut = replace(
        item,
        fields={name: _cut_field(field, inherited, model, tags, chosen) for name, field in item.fields.items()},
        values={name: child(value) for name, value in item.values.items()},
        input_fields={name: child(field) for name, field in item.input_fields.items()},
    )
    if item.name == "Query":
        return cut
    if item.kind is Kind.UNION:
        return _hidden(cut) if chosen.hides(inherited) else cut
    if item.kind is Kind.SCALAR:
        return _hidden(cut) if chosen.hides_leaf(inherited) else cut
    return _hidden(cut) if inherited & chosen.exclude else cut


def _cut_field(
    field: Field, inherited: frozenset[str], model: SubgraphModel, tags: _Tags, chosen: ContractFilter
) -> Field:
    if model.is_external(field):
        return field
    own = inherited | tags.get(field.coordinate, frozenset())

    def argument(item: InputValue) -> InputValue:
        all_tags = own | tags.get(f"{field.coordinate}({item.name}:)", frozenset())
        return _hidden(item) if chosen.hides_leaf(all_tags) else item

    cut = replace(field, arguments={name: argument(item) for name, item in field.arguments.items()})
    return _hidden(cut) if chosen.hides(own) else cut


def _has_only_hidden_children(name: str, models: tuple[SubgraphModel, ...]) -> bool:
    """Whether no subgraph leaves a visible field, value or input field in the type."""
    children = [
        child
        for model in models
        if name in model.types
        for child in _children(model.types[name])
        if not (isinstance(child, Field) and model.is_external(child))
    ]
    return bool(children) and all(child.has("inaccessible") for child in children)


def _children(item: TypeDefinition) -> tuple[Annotated, ...]:
    return (*item.fields.values(), *item.values.values(), *item.input_fields.values())


def _hide_types(models: tuple[SubgraphModel, ...], names: set[str] | frozenset[str]) -> tuple[SubgraphModel, ...]:
    def types(model: SubgraphModel) -> Mapping[str, TypeDefinition]:
        return {name: _hidden(item) if name in names else item for name, item in model.types.items()}

    return tuple(replace(model, types=types(model)) for model in models)
