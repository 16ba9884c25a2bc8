"""`@link`: which names of the document belong to which feature.

Directives are read by the name that the link gives them: `@link(url: ".../tag/v0.3", as: "t")` makes `@t` what
everyone calls `@tag`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql.language import (
    DirectiveNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
)

from gateway.errors import SupergraphInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_URL = re.compile(r"^(?P<identity>.*?)/(?P<name>[A-Za-z_][A-Za-z0-9_-]*)/v(?P<version>\d+\.\d+)/?$")


@dataclass(frozen=True, slots=True)
class Feature:
    """One linked specification.

    namespace   what its names start with in this document (`join` → `@join__type`)
    imports     name in this document → its own name, both with `@` where it is a directive
    demanded    whether whoever does not know the feature may not serve the document (`for: EXECUTION`, `SECURITY`)
    """

    name: str
    identity: str
    version: str
    namespace: str
    imports: Mapping[str, str]
    demanded: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """The features a document links, and the way from a name in it to a feature's own name."""

    features: Mapping[str, Feature]

    def directive(self, name: str) -> tuple[Feature, str] | None:
        """Say whose directive `@name` is, and what the feature itself calls it; None: nobody's."""
        for feature in self.features.values():
            own = feature.imports.get("@" + name)
            if own is not None:
                return feature, own[1:]
            if name == feature.namespace:
                return feature, feature.name
            if name.startswith(feature.namespace + "__"):
                return feature, name[len(feature.namespace) + 2 :]
        return None

    def owns_type(self, name: str) -> bool:
        """Say whether a type is a feature's machinery (`join__Graph`) and none of the schema's own."""
        return any(
            name in feature.imports or name.startswith(feature.namespace + "__") for feature in self.features.values()
        )


def plain_value(node: ValueNode) -> object:
    """Turn a literal without variables into Python: enum values and strings become str."""
    if isinstance(node, ListValueNode):
        return [plain_value(item) for item in node.values or ()]
    if isinstance(node, ObjectValueNode):
        return {item.name.value: plain_value(item.value) for item in node.fields or ()}
    if isinstance(node, NullValueNode):
        return None
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, FloatValueNode):
        return float(node.value)
    return getattr(node, "value", None)


def arguments_of(node: DirectiveNode) -> dict[str, object]:
    """Read a directive's arguments as plain values."""
    return {item.name.value: plain_value(item.value) for item in node.arguments or ()}


def read_links(directives: Iterable[DirectiveNode]) -> Links:
    """Read the schema's `@link` (or, in old documents, `@core`) directives.

    Raises  SupergraphInvalid when none links the join specification, or one cannot be read
    Source  Apollo link specification v1.0
    """
    features: dict[str, Feature] = {}
    for node in directives:
        arguments = arguments_of(node)
        url = arguments.get("url", arguments.get("feature"))
        if not isinstance(url, str):
            continue
        match = _URL.match(url)
        if match is None:
            continue
        name, alias = match["name"], arguments.get("as")
        features[name if name not in features else url] = Feature(
            name=name,
            identity=f"{match['identity']}/{name}",
            version=f"v{match['version']}",
            namespace=alias if isinstance(alias, str) else name,
            imports=dict(_imports(arguments.get("import"))),
            demanded=arguments.get("for") in {"EXECUTION", "SECURITY"},
        )
    if "join" not in features:
        raise SupergraphInvalid(
            "This is not a supergraph: the schema has no @link to the join specification. "
            "Compose the subgraphs first (channelgraph compose)."
        )
    return Links(features)


def _imports(value: object) -> Iterable[tuple[str, str]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            yield item, item
        elif isinstance(item, dict) and isinstance(item.get("name"), str):
            alias = item.get("as")
            yield (alias if isinstance(alias, str) else item["name"]), item["name"]
