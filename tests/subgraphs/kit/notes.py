"""The smallest whole subgraph, shown in docs/subgraphs.md: notes of customers. A real one has a file per part."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

import strawberry
from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.applications import Starlette

from subgraphs.kit.app import Domain, create_subgraph
from subgraphs.kit.columns import UtcDateTime
from subgraphs.kit.context import Info
from subgraphs.kit.errors import InvalidInput, Refusal
from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.fields import argument, field, mutation
from subgraphs.kit.ids import new_id
from subgraphs.kit.loaders import Loader, among
from subgraphs.kit.outbox import emit
from subgraphs.kit.settings import SubgraphSettings
from subgraphs.kit.tables import NAMING
from subgraphs.kit.types.errors import InvalidInputError, shown
from subgraphs.kit.types.stubs import Channel


# models.py: one registry per subgraph, so that no two share table names
class Record(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of this subgraph's tables."""


class NoteRow(Record, table=True):
    __tablename__ = "note"
    id: str = Field(primary_key=True)
    owner_id: str = Field(index=True)
    text: str
    created_at: datetime = Field(sa_type=UtcDateTime)


# service.py: one transaction a function
async def write_note(session: AsyncSession, owner_id: str, text: str) -> NoteRow:
    """Keep a note; raises `InvalidInput` for an empty one."""
    if not text.strip():
        raise InvalidInput("A note must not be empty", ("text",))
    row = NoteRow(id=new_id("Review"), owner_id=owner_id, text=text, created_at=datetime.now(UTC))
    session.add(row)
    await emit(session, "note.written", row.id, {"owner": owner_id})
    return row


# loaders.py
class NoteById(Loader[str, NoteRow]):
    async def fetch(self, session: AsyncSession, keys: Sequence[str]) -> Mapping[str, NoteRow]:
        rows = await session.exec(select(NoteRow).where(among(NoteRow.id, keys)))
        return {row.id: row for row in rows}


# types.py
@strawberry.federation.type(description="A note.", keys=["id"])
class Note:
    id: strawberry.ID = field(description="Global id.")
    text: str = field(description="What it says.", authenticated=True, tags=("pii",))
    row: strawberry.Private[NoteRow]

    @field(description="Channel it was written in.")
    def channel(self, info: Info) -> Channel:
        return Channel.of(info.context.channel)

    @classmethod
    def of(cls, row: NoteRow) -> Self:
        return cls(id=strawberry.ID(row.id), text=row.text, row=row)

    @classmethod
    async def resolve_reference(cls, info: Info, id: str) -> Self | None:
        row = await info.context.loader(NoteById).load(id)
        # Another customer's note is not there: the same answer as for one that does not exist.
        return cls.of(row) if row is not None and info.context.viewer.is_customer(row.owner_id) else None


NoteResult = Annotated[Note | InvalidInputError, strawberry.union(name="NoteResult", description="Outcome of writing.")]


# schema.py
@strawberry.type
class Query:
    @field(description="One note.", authenticated=True)
    async def note(self, info: Info, id: Annotated[strawberry.ID, argument("Global id.")]) -> Note | None:
        return await Note.resolve_reference(info, id)


@strawberry.federation.type(tags=["write"])
class Mutation:
    @mutation(description="Write a note.", authenticated=True)
    async def note_write(self, info: Info, text: Annotated[str, argument("What it says.")]) -> NoteResult:
        try:
            return Note.of(await info.context.write(write_note, info.context.viewer.customer_id or "", text))
        except Refusal as refusal:
            return shown(refusal, info)


schema = FederatedSchema(query=Query, mutation=Mutation)


# app.py
DOMAIN = Domain("notes", schema, Path(__file__).parent / "notes_migrations")


def create_app(settings: SubgraphSettings) -> Starlette:
    return create_subgraph(DOMAIN, settings)
