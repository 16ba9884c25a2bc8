"""The catalogue filled with the sample world, and a way to ask it its part of a channel's operation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import REMOVE, TypeInfo, TypeInfoVisitor, Visitor, parse, print_ast, visit

from subgraphs.catalog.app import create_app
from subgraphs.catalog.schema import schema

ROOT = Path(__file__).parents[3]
STAFF = ("catalog:write", "content:write", "analytics:read", "feed:read")


@pytest.fixture
async def shop(subgraph: Callable[..., Any]) -> Any:
    """The catalogue with its samples."""
    return await subgraph(create_app, sample_data=True)


class _Own(Visitor):
    """Leaves out what other subgraphs answer: fields this schema does not have."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types

    def enter_field(self, node: Any, *_: Any) -> Any:
        return REMOVE if node.name.value != "__typename" and self.types.get_field_def() is None else None


class _Used(Visitor):
    """Leaves out variables and fragments that nothing uses any more."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def enter_variable_definition(self, node: Any, *_: Any) -> Any:
        return REMOVE if self.text.count(f"${node.variable.name.value}") == 1 else None

    def leave_inline_fragment(self, node: Any, *_: Any) -> Any:
        return None if node.selection_set.selections else REMOVE


def own_part(name: str) -> str:
    """The catalogue's part of an operation of schema/channels, by its file's first characters, e.g. `01-web-plp`."""
    found = sorted(ROOT.glob(f"schema/channels/*/operations/{name}*.graphql"))
    document = parse(found[0].read_text())
    types = TypeInfo(schema.graphql_schema)
    document = visit(document, TypeInfoVisitor(types, _Own(types)))
    return print_ast(visit(document, _Used(print_ast(document))))


async def statements_of(shop: Any, ask: Callable[[], Any]) -> int:
    """Statements an answer costs, once what the process remembers is known."""
    await ask()
    with shop.statements() as sent:
        await ask()
    return sent.sql
