"""From text to a validated document: limits in one linear pass, and each text parsed and validated once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from cachebox import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

from subgraphs.kit.errors import LimitExceeded

MAX_TOKENS = 10_000
MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """What one operation amounts to with its fragments written out."""

    depth: int
    fields: int
    aliases: int
    directives: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a document may hold; a gateway's plans are well under these.

    operations, fragments   definitions in one document; validation compares every two fragments that are spread together
    the others              of one operation, each fragment counted wherever it is spread
    """

    depth: int = 25
    fields: int = 2_000
    aliases: int = 1_000
    directives: int = 1_000
    operations: int = 20
    fragments: int = 100

    def check(self, document: DocumentNode) -> None:
        """Raise `LimitExceeded` for the first limit that is passed."""
        if sum(isinstance(node, FragmentDefinitionNode) for node in document.definitions) > self.fragments:
            raise LimitExceeded(f"The document has more than {self.fragments} fragments")
        sizes = measure(document)
        if len(sizes) > self.operations:
            raise LimitExceeded(f"The document has {len(sizes)} operations; the limit is {self.operations}")
        for size in sizes:
            for name in ("depth", "fields", "aliases", "directives"):
                value, most = getattr(size, name), getattr(self, name)
                if value > most:
                    raise LimitExceeded(f"The operation's {name} are over the limit of {most}")


_NOTHING = Size(0, 0, 0, 0)
_MOST = 10**9


def measure(document: DocumentNode) -> tuple[Size, ...]:
    """The size of each operation, in one pass: every fragment is measured once and its size added per spread.

    Counts stop at a thousand million. A cycle of fragments counts once: validation refuses it.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    known: dict[str, Size] = {}

    def fragment(name: str) -> Size:
        if name not in known:
            node = fragments.get(name)
            known[name] = _NOTHING  # stands while the fragment is being measured: a cycle ends here
            if node is not None:
                known[name] = walk(node.selection_set)
        return known[name]

    def walk(selections: SelectionSetNode | None) -> Size:
        depth = fields = aliases = directives = 0
        for node in selections.selections if selections else ():
            directives += len(node.directives or ())
            if isinstance(node, FragmentSpreadNode):
                inner = fragment(node.name.value)
            else:
                inner = walk(node.selection_set)  # type: ignore[attr-defined]  # fields and inline fragments have one
                if isinstance(node, FieldNode):
                    inner = Size(
                        inner.depth + 1, inner.fields + 1, inner.aliases + (node.alias is not None), inner.directives
                    )
            depth = max(depth, inner.depth)
            fields = min(_MOST, fields + inner.fields)
            aliases = min(_MOST, aliases + inner.aliases)
            directives = min(_MOST, directives + inner.directives)
        return Size(depth, fields, aliases, directives)

    return tuple(walk(node.selection_set) for node in document.definitions if isinstance(node, OperationDefinitionNode))


class Documents:
    """Parsed and validated documents by their text; the last thousand are kept.

    Raises  GraphQLError for text that is no document, `Invalid` for one that does not fit the schema,
            `LimitExceeded` for one that is too large. A refused text is not kept.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits | None = None) -> None:
        self._schema = schema
        self._limits = limits or Limits()
        self._known: LRUCache[str, DocumentNode] = LRUCache(1024)

    def get(self, text: str) -> DocumentNode:
        """The document of this text."""
        document = cast("DocumentNode | None", self._known.get(text))
        if document is None:
            document = self._checked(text)
            if len(text) < 100_000:
                self._known.insert(text, document)
        return document

    def _checked(self, text: str) -> DocumentNode:
        if len(text) > MAX_TEXT:
            raise LimitExceeded(f"The document is longer than {MAX_TEXT} characters")
        try:
            document = parse(text, max_tokens=MAX_TOKENS)
            self._limits.check(document)
            errors = validate(self._schema, document, max_errors=10, hide_suggestions=True)
        except RecursionError:  # a chain of thousands of fragments
            raise LimitExceeded("The document is nested too deeply") from None
        if errors:
            raise Invalid(errors)
        return document


class Invalid(Exception):  # noqa: N818 - named for the document
    """The document does not fit the schema; `errors` says where."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} validation errors")
        self.errors = errors
