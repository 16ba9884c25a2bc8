"""Reads the `@link` applications of one subgraph into `Names`.

The cases of a subgraph, by what its schema is linked to:
  1. the link specification itself (perhaps renamed), or the older core specification: its name is looked for
  2. other features by `@link` only: the link to the link specification is implied
  3. no federation feature among them: a Federation 1 subgraph, whose six directives are implied
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graphql.language import DirectiveNode, EnumValueNode, ListValueNode, ObjectValueNode, StringValueNode, ValueNode

from gateway.composition.diagnostics import DiagnosticCollector, did_you_mean, location_of
from gateway.composition.known_features import definitions_of, is_known, known_versions
from gateway.composition.link_clashes import clash_of
from gateway.composition.links import APOLLO, CORE, FEDERATION, LINK, Feature, Import, Names, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["read_links"]

_VERSION = re.compile(r"v(\d+)\.(\d+)")
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")

_FEDERATION_1 = Feature(
    url="",
    identity=FEDERATION,
    name="federation",
    version=(1, 0),
    alias="",
    imports=(
        *(Import(f"@{name}", f"@{name}") for name in ("key", "requires", "provides", "external", "extends", "tag")),
        Import("FieldSet", "_FieldSet"),
    ),
)
_IMPLIED_LINK = Feature(url=f"{LINK}/v1.0", identity=LINK, name="link", version=(1, 0), alias="link")


class _MalformedLinkError(Exception):
    """One `@link` cannot be read; holds the code and the message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class _Url:
    identity: str
    name: str
    version: Version


def read_links(applications: Sequence[DirectiveNode], subgraph: str, diagnostics: DiagnosticCollector) -> Names:
    """The features that directives applied to the schema link to; malformed ones are reported and left out."""
    linker = _name_of_link(applications)
    features: dict[str, Feature] = {}
    written = [node for node in applications if node.name.value == linker]
    implied = () if any(_is_of_link(node) for node in written) else (_IMPLIED_LINK,)
    for node in written:
        try:
            feature = _read(node, linker)
            named = any(argument.name.value == "as" for argument in node.arguments or ())
            _check(feature, (*implied, *features.values()), named=named)
        except _MalformedLinkError as problem:
            diagnostics.error(
                problem.code, problem.message, subgraph=subgraph, location=location_of(node), coordinate="schema"
            )
            continue
        features[feature.identity] = feature
    if LINK not in features and CORE not in features:
        features = {LINK: _IMPLIED_LINK, **features}
    if FEDERATION not in features:
        taken = {feature.directive(feature.name) for feature in features.values()}
        imports = tuple(entry for entry in _FEDERATION_1.imports if entry.alias[1:] not in taken)
        features[FEDERATION] = replace(_FEDERATION_1, imports=imports)
    return Names(features)


def _is_of_link(node: DirectiveNode) -> bool:
    """Whether it links the link specification itself, or the older core specification."""
    arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
    url = _text(arguments.get("url")) or _text(arguments.get("feature")) or ""
    return url.startswith((f"{LINK}/", f"{CORE}/"))


def _name_of_link(applications: Sequence[DirectiveNode]) -> str:
    """What `@link` is called here; "core" for the older specification."""
    for node in applications:
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        url = _text(arguments.get("url")) or _text(arguments.get("feature"))
        if url is None:
            continue
        written = node.name.value
        for identity, name in ((LINK, "link"), (CORE, "core")):
            if not url.startswith(f"{identity}/"):
                continue
            alias = _text(arguments.get("as"))
            imported = _imported_as(arguments.get("import"), f"@{name}")
            if written == (imported or alias or name):
                return written
    return "link"


def _imported_as(value: ValueNode | None, element: str) -> str | None:
    for item in value.values if isinstance(value, ListValueNode) else ():
        if isinstance(item, StringValueNode) and item.value == element:
            return element[1:]
        if isinstance(item, ObjectValueNode):
            entry = {field.name.value: _text(field.value) for field in item.fields}
            if entry.get("name") == element:
                return (entry.get("as") or element)[1:]
    return None


def _text(value: ValueNode | None) -> str | None:
    return value.value if isinstance(value, StringValueNode) else None


def _read(node: DirectiveNode, linker: str) -> Feature:
    arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
    written = _text(arguments.get("url")) or _text(arguments.get("feature"))
    if written is None:
        raise _MalformedLinkError(
            "INVALID_LINK_DIRECTIVE_USAGE",
            f'@{linker}: the url is missing or no string. Write @{linker}(url: "https://host/name/v1.0").',
        )
    url = _read_url(written)
    alias = _text(arguments.get("as"))
    purpose = arguments.get("for")
    return Feature(
        url=written,
        identity=url.identity,
        name=url.name,
        version=url.version,
        alias=url.name if alias is None else alias,
        imports=tuple(_read_imports(arguments.get("import"), written)),
        purpose=purpose.value if isinstance(purpose, EnumValueNode) else None,
        location=location_of(node),
    )


def _read_url(written: str) -> _Url:
    def malformed(problem: str) -> _MalformedLinkError:
        return _MalformedLinkError(
            "INVALID_LINK_IDENTIFIER", f'@link(url: "{written}"): {problem}. Write it as "https://host/name/v1.0".'
        )

    try:
        parts = urlsplit(written)
    except ValueError as error:
        raise malformed("this is no url") from error
    if not parts.scheme or not parts.netloc:
        raise malformed("this is no url")
    path = [part for part in parts.path.split("/") if part]
    if not path:
        raise malformed("the path with the feature's name and version is missing")
    match = _VERSION.fullmatch(path[-1])
    if match is None:
        raise malformed(f'"{path[-1]}" is no version')
    if len(path) < 2:
        raise malformed("the feature's name before the version is missing")
    identity = f"{parts.scheme}://{parts.netloc.lower()}/{'/'.join(path[:-1])}"
    return _Url(identity, path[-2], (int(match[1]), int(match[2])))


def _read_imports(value: ValueNode | None, url: str) -> Iterable[Import]:
    def wrong(problem: str) -> _MalformedLinkError:
        return _MalformedLinkError("INVALID_LINK_DIRECTIVE_USAGE", f'@link(url: "{url}"): {problem}')

    if value is None:
        return
    if not isinstance(value, ListValueNode):
        raise wrong('import is no list. Write import: ["@name"].')
    for item in value.values:
        if isinstance(item, StringValueNode):
            yield Import(item.value, item.value)
        elif isinstance(item, ObjectValueNode):
            yield _read_renaming(item, wrong)
        else:
            raise wrong('an import is neither a string nor {name: "…", as: "…"}.')


def _read_renaming(item: ObjectValueNode, wrong: Callable[[str], _MalformedLinkError]) -> Import:
    entry = {field.name.value: _text(field.value) for field in item.fields}
    if unknown := sorted(entry.keys() - {"name", "as"}):
        raise wrong(f'an import has "{unknown[0]}", which means nothing; it may have name and as.')
    name = entry.get("name")
    if any(value is None for value in entry.values()):
        raise wrong("name and as of an import are strings.")
    if not name:
        raise wrong("an import has no name.")
    alias = entry.get("as") or name
    if name.startswith("@") != alias.startswith("@"):
        raise wrong(
            f'"{name}" is imported as "{alias}": '
            + ("a directive keeps its @ when renamed." if name.startswith("@") else "a type's name has no @.")
        )
    return Import(name, alias)


def _check(feature: Feature, earlier: Sequence[Feature], *, named: bool) -> None:
    """What is wrong with a link as a whole: version, purpose, imports, clashes with links before it."""
    clash = clash_of(feature, earlier, named=named)
    if clash is not None:
        raise _MalformedLinkError("INVALID_LINK_DIRECTIVE_USAGE", clash)
    _check_version(feature)
    _check_imports(feature)


def _check_version(feature: Feature) -> None:
    version = feature.version
    known = known_versions(feature.identity)
    if feature.purpose not in {None, "SECURITY", "EXECUTION"}:
        raise _MalformedLinkError(
            "UNSUPPORTED_LINKED_FEATURE",
            f'"{feature.url}" is linked for {feature.purpose}. A feature may be linked for SECURITY or EXECUTION.',
        )
    if not is_known(feature):
        if feature.identity == f"{APOLLO}/connect":
            raise _MalformedLinkError(
                "UNSUPPORTED_FEATURE", "connectors are not supported. Serve the data from a subgraph."
            )
        if feature.purpose is not None:
            raise _MalformedLinkError(
                "UNSUPPORTED_LINKED_FEATURE",
                f'"{feature.url}" is linked for {feature.purpose}, and composition does not know that feature. '
                "Leave for: out.",
            )
        return
    if version in known:
        return
    code = {
        FEDERATION: "UNKNOWN_FEDERATION_LINK_VERSION",
        LINK: "UNKNOWN_LINK_VERSION",
        CORE: "UNKNOWN_LINK_VERSION",
    }.get(feature.identity, "UNSUPPORTED_LINKED_FEATURE")
    first, last = (f"v{major}.{minor}" for major, minor in (known[0], known[-1]))
    raise _MalformedLinkError(
        code,
        f'"{feature.url}": this version is unknown. '
        + (f"Use {first}." if first == last else f"Use one from {first} to {last}."),
    )


def _check_imports(feature: Feature) -> None:
    for entry in feature.imports:
        if not _NAME.fullmatch(entry.alias.removeprefix("@")):
            raise _MalformedLinkError(
                "INVALID_LINK_DIRECTIVE_USAGE", f'"{feature.url}": "{entry.alias}" cannot be the name of an import.'
            )
    if not is_known(feature):
        return
    definitions = definitions_of(feature)
    known = [*(f"@{name}" for name in definitions.directives), *definitions.types]
    for entry in feature.imports:
        if entry.name not in known:
            raise _MalformedLinkError(
                "INVALID_LINK_DIRECTIVE_USAGE",
                f'"{feature.url}": "{entry.name}" is not part of it.{did_you_mean(entry.name, known)}',
            )
