"""`@link`: which features a subgraph uses, and what their elements are called in it.

Rule: nothing outside this file compares a directive's written name with a literal. Code asks an application's
`meaning` ("key"), or `names.directive("key")` for the name the subgraph writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.composition.diagnostics import Location

APOLLO = "https://specs.apollo.dev"
LINK = f"{APOLLO}/link"
CORE = f"{APOLLO}/core"
FEDERATION = f"{APOLLO}/federation"

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Import:
    """One entry of `import`: `name` at the feature, `alias` here; directives keep their `@`."""

    name: str
    alias: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One `@link`.

    url       as written
    identity  url without the version: "https://specs.apollo.dev/federation"
    name      last part of the identity, "federation"; empty when the url has none that is a GraphQL name
    version   (2, 3); None when the url has none
    alias     the name elements are prefixed with here: `as`, else `name`
    imports   in the order written
    purpose   "SECURITY", "EXECUTION" or None
    location  of the application; None for an implied one
    """

    url: str
    identity: str
    name: str
    version: Version | None
    alias: str
    imports: tuple[Import, ...] = ()
    purpose: str | None = None
    location: Location | None = None

    def directive(self, name: str) -> str:
        """What the feature's directive `name` (no `@`) is called in this subgraph, without `@`."""
        for entry in self.imports:
            if entry.name == f"@{name}":
                return entry.alias[1:]
        return self.alias if name == self.name else f"{self.alias}__{name}"

    def type(self, name: str) -> str:
        """What the feature's type `name` is called in this subgraph."""
        for entry in self.imports:
            if entry.name == name:
                return entry.alias
        return f"{self.alias}__{name}"


@dataclass(frozen=True, slots=True)
class Element:
    """What a name written in a subgraph stands for: element `name` (no `@`) of `feature`."""

    feature: Feature
    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """The features of one subgraph, by identity, and names looked up both ways.

    Federation 1 subgraphs hold an implied `federation` feature of version (1, 0) whose six directives are imported.
    """

    features: Mapping[str, Feature]

    @property
    def federation(self) -> Feature:
        """The federation feature; always there."""
        return self.features[FEDERATION]

    def directive(self, name: str) -> str:
        """What federation's directive `name` is called here, without `@`: "key" or "federation__key"."""
        return self.federation.directive(name)

    def type(self, name: str) -> str:
        """What federation's type `name` is called here: "FieldSet" or "federation__FieldSet"."""
        return self.federation.type(name)

    def element_of_directive(self, written: str) -> Element | None:
        """The feature's directive that `@written` stands for; None when it belongs to no linked feature."""
        for feature in self.features.values():
            for entry in feature.imports:
                if entry.alias == f"@{written}":
                    return Element(feature, entry.name[1:])
        return self._prefixed(written, is_directive=True)

    def element_of_type(self, written: str) -> Element | None:
        """The feature's type that `written` stands for; None when it belongs to no linked feature."""
        for feature in self.features.values():
            for entry in feature.imports:
                if entry.alias == written:
                    return Element(feature, entry.name)
        return self._prefixed(written, is_directive=False)

    def _prefixed(self, written: str, *, is_directive: bool) -> Element | None:
        for feature in self.features.values():
            if not feature.alias:
                continue
            if is_directive and written == feature.alias:
                return Element(feature, feature.name)
            if written.startswith(f"{feature.alias}__"):
                return Element(feature, written[len(feature.alias) + 2 :])
        return None
