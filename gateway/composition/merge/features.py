"""The `@link`s of the supergraph, and the directives that the linked features define there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.composition.links import APOLLO, Version
from gateway.composition.merge.model import Link, MergedDirective, MergedInput
from gateway.composition.merge.values import TRUE
from gateway.composition.merge.wording import differing, grouped
from gateway.composition.subgraph import (
    Directive,
    ListRef,
    NamedRef,
    NonNullRef,
    SubgraphModel,
    TypeDefinition,
    TypeRef,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql.language import ValueNode

    from gateway.composition.diagnostics import DiagnosticCollector


@dataclass(frozen=True, slots=True)
class _Argument:
    name: str
    type: TypeRef
    default: ValueNode | None = None


@dataclass(frozen=True, slots=True)
class _Definition:
    name: str
    locations: str
    arguments: tuple[_Argument, ...] = ()
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class _Feature:
    name: str
    version: str
    purpose: str | None
    definitions: tuple[_Definition, ...]
    scalars: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"{APOLLO}/{self.name}/{self.version}"


def _required(ref: NamedRef | ListRef) -> NonNullRef:
    return NonNullRef(ref)


def _alternatives(scalar: str) -> TypeRef:
    return _required(ListRef(_required(ListRef(_required(NamedRef(scalar))))))


_STRINGS = ListRef(_required(NamedRef("String")))
_EVERYWHERE = "FIELD_DEFINITION OBJECT INTERFACE UNION ARGUMENT_DEFINITION SCALAR ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION"
_ACCESS = "FIELD_DEFINITION OBJECT INTERFACE SCALAR ENUM"
_COST = "ARGUMENT_DEFINITION ENUM FIELD_DEFINITION INPUT_FIELD_DEFINITION OBJECT SCALAR"

# Sources: the specifications of these names at specs.apollo.dev.
_FEATURES = (
    _Feature(
        "tag",
        "v0.3",
        None,
        (
            _Definition(
                "tag", f"{_EVERYWHERE} SCHEMA", (_Argument("name", _required(NamedRef("String"))),), repeatable=True
            ),
        ),
    ),
    _Feature("inaccessible", "v0.2", "SECURITY", (_Definition("inaccessible", _EVERYWHERE),)),
    _Feature("authenticated", "v0.1", "SECURITY", (_Definition("authenticated", _ACCESS),)),
    _Feature(
        "requiresScopes",
        "v0.1",
        "SECURITY",
        (_Definition("requiresScopes", _ACCESS, (_Argument("scopes", _alternatives("requiresScopes__Scope")),)),),
        ("requiresScopes__Scope",),
    ),
    _Feature(
        "policy",
        "v0.1",
        "SECURITY",
        (_Definition("policy", _ACCESS, (_Argument("policies", _alternatives("policy__Policy")),)),),
        ("policy__Policy",),
    ),
    _Feature(
        "context",
        "v0.1",
        "SECURITY",
        (
            _Definition(
                "context",
                "INTERFACE OBJECT UNION",
                (_Argument("name", _required(NamedRef("String"))),),
                repeatable=True,
            ),
            _Definition(
                "fromContext",
                "ARGUMENT_DEFINITION",
                (_Argument("field", NamedRef("context__ContextFieldValue")),),
            ),
        ),
        ("context__ContextFieldValue",),
    ),
    _Feature(
        "cost",
        "v0.1",
        None,
        (
            _Definition("cost", _COST, (_Argument("weight", _required(NamedRef("Int"))),)),
            _Definition(
                "listSize",
                "FIELD_DEFINITION",
                (
                    _Argument("assumedSize", NamedRef("Int")),
                    _Argument("slicingArguments", _STRINGS),
                    _Argument("sizedFields", _STRINGS),
                    _Argument("requireOneSlicingArgument", NamedRef("Boolean"), TRUE),
                ),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class UsedFeatures:
    """What of the known features the supergraph needs; `names` as in `MergedSchema`."""

    names: Mapping[str, str]
    links: tuple[Link, ...]
    directives: Mapping[str, MergedDirective]
    scalars: tuple[str, ...]


def used_features(subgraphs: tuple[SubgraphModel, ...], diagnostics: DiagnosticCollector) -> UsedFeatures:
    """Look for directives that are propagated; each must have one name in all subgraphs that use it."""
    written = _written_names(subgraphs)
    written.pop("fromContext", None)  # its arguments leave the supergraph, so nothing is applied there
    names: dict[str, str] = {}
    links: list[Link] = []
    directives: dict[str, MergedDirective] = {}
    scalars: list[str] = []
    for feature in _FEATURES:
        used = [definition.name for definition in feature.definitions if definition.name in written]
        if not used:
            continue
        for name in used:
            names[name] = _common_name(name, written[name], diagnostics)
        links.append(Link(feature.url, feature.purpose, _imports(feature, names)))
        scalars += feature.scalars
        for definition in feature.definitions:
            merged = _merged(definition, names.get(definition.name) or _default_name(feature, definition.name))
            directives[merged.name] = merged
    if "cacheTag" in written:
        links.append(Link(f"{APOLLO}/cacheTag/v0.1", "EXECUTION"))
    return UsedFeatures(names, tuple(links), directives, tuple(scalars))


def join_version(subgraphs: tuple[SubgraphModel, ...]) -> Version:
    """The version of the join specification that the newest subgraph needs."""
    newest = max((subgraph.version for subgraph in subgraphs), default=(2, 0))
    if newest >= (2, 8):
        return (0, 5)
    return (0, 4) if newest >= (2, 7) else (0, 3)


def applications_of(subgraph: SubgraphModel) -> list[Directive]:
    """Every directive applied anywhere in a subgraph, in no particular order."""
    found = list(subgraph.schema_directives)
    for definition in subgraph.types.values():
        found += definition.directives
        _add_members(definition, found)
    for directive in subgraph.directives.values():
        for argument in directive.arguments.values():
            found += argument.directives
    return found


def _add_members(definition: TypeDefinition, found: list[Directive]) -> None:
    for field in definition.fields.values():
        found += field.directives
        for argument in field.arguments.values():
            found += argument.directives
    for value in definition.values.values():
        found += value.directives
    for input_field in definition.input_fields.values():
        found += input_field.directives


def _written_names(subgraphs: tuple[SubgraphModel, ...]) -> dict[str, list[tuple[str, str]]]:
    """Meaning → (name as written, subgraph) pairs, each once."""
    known = {definition.name for feature in _FEATURES for definition in feature.definitions} | {"cacheTag"}
    found: dict[str, dict[tuple[str, str], None]] = {}
    for subgraph in subgraphs:
        for directive in applications_of(subgraph):
            if directive.meaning in known:
                found.setdefault(directive.meaning, {})[directive.name, subgraph.name] = None
    return {meaning: list(pairs) for meaning, pairs in found.items()}


def _common_name(meaning: str, written: list[tuple[str, str]], diagnostics: DiagnosticCollector) -> str:
    groups = grouped((f"@{name}", subgraph) for name, subgraph in written)
    if len(groups) > 1:
        message = f'Directive "@{meaning}" must be imported under one name everywhere: {differing("name", groups)}. Import it alike.'
        diagnostics.error("LINK_IMPORT_NAME_MISMATCH", message, coordinate=f"@{meaning}")
    return written[0][0]


def _default_name(feature: _Feature, name: str) -> str:
    return name if name == feature.name else f"{feature.name}__{name}"


def _imports(feature: _Feature, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"@{definition.name}", f"@{names[definition.name]}")
        for definition in feature.definitions
        if definition.name in names and names[definition.name] != _default_name(feature, definition.name)
    )


def _merged(definition: _Definition, name: str) -> MergedDirective:
    return MergedDirective(
        name=name,
        description=None,
        arguments={
            argument.name: MergedInput(argument.name, None, (), (), argument.type, argument.default)
            for argument in definition.arguments
        },
        repeatable=definition.repeatable,
        locations=tuple(definition.locations.split()),
    )
