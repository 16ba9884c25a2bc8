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
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Source,
    Token,
    validate,
)
from graphql.language import Lexer
from graphql.language.parser import Parser, nested_too_deeply_error

from subgraphs.kit.errors import LimitExceeded

MAX_TEXT = 1_000_000
KEPT = 1_000
KEPT_CHARACTERS = 2_000_000
"""Of the documents kept; parsed, a character takes about 70 bytes."""
ALIASED = 50
"""Fields that one alias counts for in what is asked about the schema."""


@dataclass(frozen=True, slots=True)
class Size:
    """What one operation amounts to with its fragments written out."""

    depth: int
    fields: int
    aliases: int
    directives: int
    introspected: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a document may hold; a gateway's plans are well under these.

    tokens, operations, fragments   of one document; validation compares every two fragments that are spread together
    overlaps    steps that comparing fields of one response key would take; validation compares every two of them
    writes      root fields of a mutation: each is a transaction, one after another
    introspected    fields within `__schema` and `__type`, where an alias counts as fifty: with it all types are gone
                    through again, and the loop waits meanwhile. What tools ask at once has some 230, and no alias
    the others  of one operation, each fragment counted wherever it is spread
    """

    tokens: int = 10_000
    depth: int = 25
    fields: int = 2_000
    aliases: int = 1_000
    directives: int = 1_000
    introspected: int = 400
    operations: int = 20
    fragments: int = 100
    overlaps: int = 10_000
    writes: int = 50

    def check(self, document: DocumentNode) -> None:
        """Raise `LimitExceeded` for the first limit that is passed."""
        fragments = _fragments(document)
        if len(fragments) > self.fragments:
            raise LimitExceeded(f"The document has more than {self.fragments} fragments")
        sizes = measure(document)
        if len(sizes) > self.operations:
            raise LimitExceeded(f"The document has {len(sizes)} operations; the limit is {self.operations}")
        for size in sizes:
            for name in ("depth", "fields", "aliases", "directives", "introspected"):
                value, most = getattr(size, name), getattr(self, name)
                if value > most:
                    raise LimitExceeded(f"The operation's {name} are over the limit of {most}")
        self._check_repeats(document, fragments)

    def _check_repeats(self, document: DocumentNode, fragments: Fragments) -> None:
        """Refuse what repeats response keys so often that comparing them is slow, and mutations of too many writes.

        The fields are gathered level by level, as validation gathers them; each level costs its fields and the pairs
        among those of one key, and the budget bounds this walk as well.
        """
        left = self.overlaps
        for definition in document.definitions:
            if not isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
                continue
            level = [[definition.selection_set]]
            while level:
                deeper: list[list[SelectionSetNode]] = []
                for group in level:
                    keys, visited = _gathered(group, fragments, left)
                    left -= visited + sum(len(nodes) * (len(nodes) - 1) // 2 for nodes in keys.values())
                    if left < 0:
                        raise LimitExceeded(f"Comparing repeated fields takes over {self.overlaps} steps, the limit")
                    if level[0][0] is definition.selection_set and _writes(definition) and len(keys) > self.writes:
                        raise LimitExceeded(f"The mutation has {len(keys)} fields; the limit is {self.writes}")
                    deeper += [found for nodes in keys.values() if (found := _below(nodes))]
                level = deeper


Fragments = dict[str, FragmentDefinitionNode]


def _fragments(document: DocumentNode) -> Fragments:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def _writes(definition: OperationDefinitionNode | FragmentDefinitionNode) -> bool:
    return isinstance(definition, OperationDefinitionNode) and definition.operation is OperationType.MUTATION


def _below(nodes: list[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _gathered(group: list[SelectionSetNode], fragments: Fragments, most: int) -> tuple[dict[str, list[FieldNode]], int]:
    """The fields of one level by response key, and how many nodes were looked at; stops past `most` of them."""
    found: dict[str, list[FieldNode]] = {}
    seen: set[str] = set()
    waiting, visited = list(group), 0
    while waiting and visited <= most:
        for node in waiting.pop().selections:
            visited += 1
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if node.name.value in fragments:
                    waiting.append(fragments[node.name.value].selection_set)
    return found, visited


_NOTHING = Size(0, 0, 0, 0)
_MOST = 10**9


def measure(document: DocumentNode) -> tuple[Size, ...]:
    """The size of each operation, in one pass: every fragment is measured once and its size added per spread.

    Counts stop at a thousand million. A cycle of fragments counts once: validation refuses it.
    """
    measuring = _Measuring(_fragments(document))
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return tuple(measuring.walk(node.selection_set) for node in operations)


class _Measuring:
    """One pass over a document. No closures: two functions that know each other would keep the document in a circle."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._known: dict[str, Size] = {}

    def _fragment(self, name: str) -> Size:
        if name not in self._known:
            node = self._fragments.get(name)
            self._known[name] = _NOTHING  # stands while the fragment is being measured: a cycle ends here
            if node is not None:
                self._known[name] = self.walk(node.selection_set)
        return self._known[name]

    def walk(self, selections: SelectionSetNode | None) -> Size:
        depth = fields = aliases = directives = introspected = 0
        for node in selections.selections if selections else ():
            directives += len(node.directives or ())
            if isinstance(node, FragmentSpreadNode):
                inner = self._fragment(node.name.value)
            else:
                inner = self.walk(node.selection_set)  # type: ignore[attr-defined]  # fields and inline fragments have one
                if isinstance(node, FieldNode):
                    inner = _with(node, inner)
            depth = max(depth, inner.depth)
            fields = min(_MOST, fields + inner.fields)
            aliases = min(_MOST, aliases + inner.aliases)
            directives = min(_MOST, directives + inner.directives)
            introspected = min(_MOST, introspected + inner.introspected)
        return Size(depth, fields, aliases, directives, introspected)


def _with(node: FieldNode, inner: Size) -> Size:
    """The size of a field, by that of what it selects."""
    aliases = inner.aliases + (node.alias is not None)
    introspected = inner.introspected
    if node.name.value in {"__schema", "__type"}:
        introspected = inner.fields + 1 + ALIASED * aliases
    return Size(inner.depth + 1, inner.fields + 1, aliases, inner.directives, introspected)


class Documents:
    """Parsed and validated documents by their text; the last thousand are kept, fewer where they are long.

    Raises  GraphQLError for text that is no document, `Invalid` for one that does not fit the schema,
            `LimitExceeded` for one that is too large. A refused text is not kept.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits | None = None) -> None:
        self._schema = schema
        self._limits = limits or Limits()
        self._known: LRUCache[str, DocumentNode] = LRUCache(
            KEPT_CHARACTERS, getsizeof=lambda text, _: max(KEPT_CHARACTERS // KEPT, len(text))
        )

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
            document = _parsed(text, self._limits.tokens)
            self._limits.check(document)
            errors = validate(self._schema, document, max_errors=10, hide_suggestions=True)
        except RecursionError:  # a chain of thousands of fragments
            raise LimitExceeded("The document is nested too deeply") from None
        if errors:
            raise Invalid(errors)
        return document


def _parsed(text: str, tokens: int) -> DocumentNode:
    lexer = Lexer(Source(text))
    try:
        # Empty selection sets: the specification has none.
        return _read(Parser(lexer.source, max_tokens=tokens, lexer=lexer, allow_empty_selection_sets=False))
    except GraphQLSyntaxError as error:
        if "more than" in error.message and "Parsing aborted" in error.message:
            raise LimitExceeded(f"The document has more than {tokens} tokens") from None
        raise
    finally:
        _unlink(lexer.token)


def _read(parser: Parser) -> DocumentNode:
    """What `graphql.parse` does with a parser that it makes itself."""
    try:
        return parser.parse_document()
    except RecursionError:
        pass
    raise nested_too_deeply_error(parser)


def _unlink(token: Token | None) -> None:
    """Take the chain of tokens apart that this one is part of.

    They hold each other in circles, and in a document that is kept even those between its nodes, which nobody needs.
    """
    while token is not None and token.next is not None:
        token = token.next
    while token is not None:
        before, token.prev, token.next = token.prev, None, None
        token = before


class Invalid(Exception):  # noqa: N818 - named for the document
    """The document does not fit the schema; `errors` says where."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} validation errors")
        self.errors = errors
