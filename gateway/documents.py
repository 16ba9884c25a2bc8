"""Document text → parsed, measured and validated document.

Both the documents and the errors of those refused are cached by their text, so that a client repeating a broken
operation costs no more than one repeating a good one. The cache is bounded by entries and by characters: clients that
write their values into the text produce endless distinct documents.

Rule 1: nothing kept holds more than it has to say. An error that was raised holds, by its traceback, all that its
        request sent; what is kept is one that was not, and each request is told by one of its own.
Rule 2: what is let go of is free at once. A parser's tokens hold each other in circles, and a flood of refused
        documents would be tens of megabytes of garbage before anyone looks for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cachebox import LRUCache
from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    Source,
    specified_rules,
    validate,
)
from graphql.language import Lexer
from graphql.language.parser import Parser, nested_too_deeply_error
from graphql.validation import NoSchemaIntrospectionCustomRule

from gateway.errors import (
    ClientError,
    ClientErrors,
    DepthLimitExceeded,
    DocumentInvalid,
    DocumentParseFailed,
    IntrospectionDisabled,
    TokensLimitExceeded,
)
from gateway.limits import DocumentLimits, enforce

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema, Token

MAX_ERRORS = 20
"""Validation errors listed before giving up; a person reads a few, a hostile document could have thousands."""

MAX_ECHO = 120
"""Longest run of one name or value repeated in a message; what clients send comes back cut."""

_LONG_RUN = re.compile(rf"[^\s'\"]{{{MAX_ECHO},}}")


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """What a document is checked against beside the schema.

    suggestions     whether messages may offer names close to a wrong one; they tell a stranger what exists
    introspection   whether `__schema` and `__type` may be asked
    """

    limits: DocumentLimits = field(default_factory=DocumentLimits)
    suggestions: bool = False
    introspection: bool = True
    cache_entries: int = 2_000
    cache_characters: int = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A valid document. Equal by identity: the cache hands out one object for one text."""

    text: str
    ast: DocumentNode
    operations: tuple[OperationDefinitionNode, ...]


class Documents:
    """All documents seen lately, over one API schema."""

    def __init__(self, schema: GraphQLSchema, options: DocumentOptions | None = None) -> None:
        self.schema = schema
        self.options = options or DocumentOptions()
        rules = list(specified_rules)
        if not self.options.introspection:
            rules.append(NoSchemaIntrospectionCustomRule)
        self._rules = rules
        self._cache: LRUCache[str, Document | ClientError] = text_cache(
            self.options.cache_entries, self.options.cache_characters
        )

    def resolve(self, text: str) -> Document:
        """The document of `text`, checked once; raises `ClientError`, the same each time."""
        found: Document | ClientError | None = self._cache.get(text, None)
        if found is None:
            found = self._outcome(text)
            if len(text) * 10 <= self.options.cache_characters:  # one giant must not drive out all the others
                self._cache.insert(text, found)
        if isinstance(found, ClientError):
            raise found.again()
        return found

    def _outcome(self, text: str) -> Document | ClientError:
        try:
            return self._check(text)
        except ClientError as error:
            return error.again()

    def _check(self, text: str) -> Document:
        ast = _parse(text, self.options.limits)
        operations = tuple(node for node in ast.definitions if isinstance(node, OperationDefinitionNode))
        strange = [n for n in ast.definitions if not isinstance(n, OperationDefinitionNode | FragmentDefinitionNode)]
        if strange:
            raise DocumentInvalid("Type definitions are not executable; send operations and fragments only.")
        if not operations:
            raise DocumentInvalid("The document holds no operation.")
        enforce(ast, self.options.limits)
        errors = validate(
            self.schema, ast, self._rules, max_errors=MAX_ERRORS, hide_suggestions=not self.options.suggestions
        )
        if errors:
            raise _as_client_errors(errors)
        missing = [o for o in operations if self.schema.get_root_type(o.operation) is None]
        if missing:
            raise DocumentInvalid(f"The schema has no {missing[0].operation.value} type.")
        _forget_places(ast)
        return Document(text, ast, operations)


def text_cache(entries: int, characters: int) -> LRUCache[str, Any]:
    """A cache by text, bounded by entries and by characters at once: a short text weighs its share of both."""
    least = max(1, characters // max(1, entries))
    return LRUCache(characters, getsizeof=lambda text, _: max(least, len(text)))


def _forget_places(ast: DocumentNode) -> None:
    """Let go of where each node stood, and so of all tokens: three quarters of what a kept document would weigh."""
    waiting: list[Node] = [ast]
    while waiting:
        node = waiting.pop()
        object.__setattr__(node, "loc", None)  # nodes are frozen, but nobody knows these yet
        for key in node.keys:
            value = getattr(node, key, None)
            if isinstance(value, Node):
                waiting.append(value)
            elif isinstance(value, tuple | list):
                waiting += [each for each in value if isinstance(each, Node)]


def cut(text: str) -> str:
    """Text of a client's, short enough to be shown again."""
    return _LONG_RUN.sub(lambda run: run.group()[: MAX_ECHO - 1] + "…", text)


def _parse(text: str, limits: DocumentLimits) -> DocumentNode:
    lexer = Lexer(Source(text))
    try:
        parser = Parser(
            lexer.source,
            lexer=lexer,
            max_lexical_tokens=limits.tokens,
            max_comments=limits.tokens,
            allow_empty_selection_sets=False,  # as the specification has it
        )
        return _read(parser)
    except GraphQLSyntaxError as exc:
        if "more than" in exc.message and "Parsing aborted" in exc.message:
            message = f"The document has more than {limits.tokens:,} tokens or comments (limits.tokens)."
            raise TokensLimitExceeded(message) from None
        raise DocumentParseFailed(cut(exc.message), locations=_locations(exc)) from None
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
    """Take the chain of tokens apart that this one is part of."""
    while token is not None and token.next is not None:
        token = token.next
    while token is not None:
        before, token.prev, token.next = token.prev, None, None
        token = before


def _as_client_errors(errors: list[GraphQLError]) -> ClientError:
    found = tuple(_as_client_error(error) for error in errors)
    return found[0] if len(found) == 1 else ClientErrors(found)


def _as_client_error(error: GraphQLError) -> ClientError:
    kind: type[ClientError] = DocumentInvalid
    if "introspection has been disabled" in error.message:
        kind = IntrospectionDisabled
    elif "Maximum introspection depth" in error.message:
        kind = DepthLimitExceeded
    return kind(cut(error.message), locations=_locations(error))


def _locations(error: GraphQLError) -> tuple[tuple[int, int], ...]:
    return tuple((place.line, place.column) for place in (error.locations or ())[:MAX_ERRORS])
