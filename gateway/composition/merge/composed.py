"""`@composeDirective`: which of the authors' own directives go into the supergraph, under which `@link`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway.composition.diagnostics import DiagnosticCollector, did_you_mean
from gateway.composition.links import APOLLO, Element, Feature, Version
from gateway.composition.merge.model import Link
from gateway.composition.merge.wording import differing, grouped, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.composition.subgraph import Directive, DirectiveDefinition, SubgraphModel

# Directives that are carried into the supergraph in any case.
_ALWAYS = frozenset(
    {"tag", "inaccessible", "authenticated", "requiresScopes", "policy", "cost", "listSize", "cacheTag"}
)

_PLAIN_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")


@dataclass(frozen=True, slots=True)
class Request:
    """One valid `@composeDirective`: subgraph `index` wants its directive `name` (no `@`) composed."""

    index: int
    name: str
    element: Element
    definition: DirectiveDefinition
    application: Directive


@dataclass(frozen=True, slots=True)
class Composed:
    """What came of the requests.

    subgraphs    directive → the subgraphs whose applications are carried over
    definitions  directive → its definition in the supergraph, taken from the highest minor version
    links        one per feature
    """

    subgraphs: Mapping[str, frozenset[int]]
    definitions: Mapping[str, DirectiveDefinition]
    links: tuple[Link, ...]

    def applies(self, index: int, name: str) -> bool:
        """Whether an application of `@name` in subgraph `index` is carried over."""
        return index in self.subgraphs.get(name, ())


def composed_directives(
    subgraphs: tuple[SubgraphModel, ...], taken: Iterable[str], diagnostics: DiagnosticCollector
) -> Composed:
    """Read every `@composeDirective`, report the faulty ones, and decide about the rest.

    taken  names of features that the supergraph links to already
    Source  Apollo Federation specification, @composeDirective (v2.1)
    """
    requests = [
        request
        for index, subgraph in enumerate(subgraphs)
        for application in subgraph.schema_directives
        if application.meaning == "composeDirective"
        and (request := _request(subgraphs, index, application, diagnostics)) is not None
    ]
    latest = _latest_features(subgraphs, requests, diagnostics)
    by_name: dict[str, list[Request]] = {}
    for request in requests:
        by_name.setdefault(request.name, []).append(request)
    kept = {
        name: group
        for name, group in sorted(by_name.items())
        if _consistent(subgraphs, group, diagnostics) and group[0].element.feature.identity in latest
    }
    _warn_of_other_names(subgraphs, kept, diagnostics)
    definitions = {
        name: _definition(subgraphs, name, group, latest[group[0].element.feature.identity], diagnostics)
        for name, group in kept.items()
    }
    return Composed(
        {name: frozenset(request.index for request in group) for name, group in kept.items()},
        {name: replace(found, name=name) for name, found in definitions.items() if found is not None},
        _links(kept, latest, taken),
    )


def _request(
    subgraphs: tuple[SubgraphModel, ...], index: int, application: Directive, diagnostics: DiagnosticCollector
) -> Request | None:
    subgraph = subgraphs[index]
    name = (application.text("name") or "").removeprefix("@")
    element = subgraph.names.element_of_directive(name)
    if _is_always_composed(element):
        message = f'Directive "@{name}" is composed in any case; this @composeDirective has no effect.'
        diagnostics.hint("DIRECTIVE_COMPOSITION_INFO", message, subgraph=subgraph.name, location=application.location)
        return None
    fault = _fault(subgraph, application.text("name") or "", element) or _clash(subgraphs, subgraph, name)
    if fault is None and element is not None:
        return Request(index, name, element, subgraph.directives[name], application)
    diagnostics.error(
        "DIRECTIVE_COMPOSITION_ERROR",
        fault or "",
        subgraph=subgraph.name,
        location=application.location,
        coordinate="schema",
    )
    return None


def _is_always_composed(element: Element | None) -> bool:
    return element is not None and element.feature.identity.startswith(f"{APOLLO}/") and element.name in _ALWAYS


def _fault(subgraph: SubgraphModel, argument: str, element: Element | None) -> str | None:
    """Why a directive cannot be composed."""
    if not argument:
        return "@composeDirective needs the name of a directive; it is null or empty."
    if not argument.startswith("@"):
        return f'@composeDirective(name: "{argument}"): the name needs a leading "@".'
    if element is not None and element.feature.identity.startswith(f"{APOLLO}/"):
        return f'Directive "{argument}" belongs to federation itself and cannot be composed.'
    if argument[1:] not in subgraph.directives:
        known = [f"@{other}" for other in subgraph.directives]
        return f'@composeDirective names "{argument}", which is not defined.{did_you_mean(argument, known)}'
    if element is None:
        return f'Directive "{argument}" cannot be composed because no @link says which feature it is from.'
    return None


def _clash(subgraphs: tuple[SubgraphModel, ...], subgraph: SubgraphModel, name: str) -> str | None:
    """Two directives of one name in the supergraph: the author's, and one that is carried over in any case."""
    for meaning in ("tag", "inaccessible"):
        having = [other.name for other in subgraphs if other is not subgraph and other.names.directive(meaning) == name]
        if having:
            return (
                f'Directive "@{name}" cannot be composed: in {in_words(having)} "@{name}" is the @{meaning} of '
                "federation. Import one of the two under another name."
            )
    return None


def _latest_features(
    subgraphs: tuple[SubgraphModel, ...], requests: list[Request], diagnostics: DiagnosticCollector
) -> dict[str, Feature]:
    """Identity → the feature in the highest version of those subgraphs that compose from it; of equal ones the last.

    A feature of several major versions is an error if more than one of them is composed.
    """
    latest: dict[str, Feature] = {}
    identities = {identity for subgraph in subgraphs for identity in subgraph.names.features}
    for identity in sorted(identity for identity in identities if not identity.startswith(f"{APOLLO}/")):
        wanted = {request.index for request in requests if request.element.feature.identity == identity}
        linked = [(i, s.names.features[identity]) for i, s in enumerate(subgraphs) if identity in s.names.features]
        composing = [feature for index, feature in linked if index in wanted]
        majors = grouped((f"v{_version(feature)[0]}", subgraphs[index].name) for index, feature in linked)
        if composing and len({_version(feature)[0] for feature in composing}) == 1:
            latest[identity] = max(reversed(composing), key=_version)
        if len(majors) == 1:
            continue
        message = f'Feature "{identity}" is linked in different major versions: {differing("version", majors)}.'
        if len({_version(feature)[0] for feature in composing}) > 1:
            diagnostics.error("DIRECTIVE_COMPOSITION_ERROR", f"{message} Composed directives need one.")
        else:
            diagnostics.hint("DIRECTIVE_COMPOSITION_INFO", f"{message} At most one of them can be composed.")
    return latest


def _version(feature: Feature) -> Version:
    return feature.version or (0, 0)


def _consistent(subgraphs: tuple[SubgraphModel, ...], group: list[Request], diagnostics: DiagnosticCollector) -> bool:
    name = group[0].name
    identities = grouped((request.element.feature.identity, subgraphs[request.index].name) for request in group)
    if len(identities) > 1:
        message = f'Composed directive "@{name}" is from different features: {differing("feature", identities)}.'
        diagnostics.error("DIRECTIVE_COMPOSITION_ERROR", message)
        return False
    originals = grouped((f"@{request.element.name}", subgraphs[request.index].name) for request in group)
    if len(originals) > 1:
        message = f'"@{name}" stands for different directives of its feature: {differing("directive", originals)}.'
        diagnostics.error("DIRECTIVE_COMPOSITION_ERROR", message)
        return False
    return True


def _warn_of_other_names(
    subgraphs: tuple[SubgraphModel, ...], kept: Mapping[str, list[Request]], diagnostics: DiagnosticCollector
) -> None:
    """The directive of one feature must have one name wherever it is composed, and should have it elsewhere."""
    for name, group in kept.items():
        element, composing = group[0].element, {request.index for request in group}
        for other, requests in kept.items():
            if other > name and requests[0].element.name == element.name and _same_feature(requests[0], group[0]):
                message = (
                    f'Directive "@{element.name}" of "{element.feature.identity}" is composed under two names, '
                    f'"@{name}" and "@{other}"; import it under one.'
                )
                diagnostics.error("DIRECTIVE_COMPOSITION_ERROR", message)
        elsewhere = [
            subgraph.name
            for index, subgraph in enumerate(subgraphs)
            if index not in composing
            and (feature := subgraph.names.features.get(element.feature.identity)) is not None
            and any(entry.name == f"@{element.name}" and entry.alias != f"@{name}" for entry in feature.imports)
        ]
        if elsewhere:
            message = (
                f'Composed directive "@{name}" has another name in {in_words(elsewhere)}, where it is not composed.'
            )
            diagnostics.hint("DIRECTIVE_COMPOSITION_WARN", message)


def _same_feature(one: Request, other: Request) -> bool:
    return one.element.feature.identity == other.element.feature.identity


def _definition(
    subgraphs: tuple[SubgraphModel, ...],
    name: str,
    group: list[Request],
    latest: Feature,
    diagnostics: DiagnosticCollector,
) -> DirectiveDefinition | None:
    """The definition in a subgraph that links the latest version; of several such subgraphs the last has the say."""
    element = group[0].element
    linking = [
        (subgraph, feature)
        for subgraph in subgraphs
        if (feature := subgraph.names.features.get(latest.identity)) is not None and feature.version == latest.version
    ]
    for subgraph, feature in reversed(linking):
        definition = subgraph.directives.get(feature.directive(element.name))
        if definition is not None:
            return definition
    message = (
        f'Composed directive "@{name}" is not defined in {in_words([subgraph.name for subgraph, _ in linking])}, where '
        f'"{latest.url}" is linked, the latest version that is composed. Define it there.'
    )
    diagnostics.error("DIRECTIVE_COMPOSITION_ERROR", message, coordinate=f"@{name}")
    return None


def _links(kept: Mapping[str, list[Request]], latest: Mapping[str, Feature], taken: Iterable[str]) -> tuple[Link, ...]:
    """One `@link` per feature, every composed directive imported, so that no name depends on the feature's."""
    imports: dict[str, list[tuple[str, str]]] = {}
    for name, group in kept.items():
        element = group[0].element
        imports.setdefault(element.feature.identity, []).append((f"@{element.name}", f"@{name}"))
    names = {"link", "join", *taken}
    links: list[Link] = []
    for identity, entries in sorted(imports.items()):
        feature = latest[identity]
        foreign = {alias[1:] for other, pairs in imports.items() if other != identity for _, alias in pairs}
        own = {alias[1:] for name, alias in entries if name != f"@{feature.name}"}
        alias = feature.name
        if not _PLAIN_NAME.fullmatch(alias) or alias in names | foreign | own:
            alias = f"_{sum(link.alias is not None for link in links)}{re.sub('[^a-zA-Z]', '', alias)}"
        names.add(alias)
        links.append(Link(feature.url, imports=tuple(entries), alias=alias if alias != feature.name else None))
    return tuple(links)
