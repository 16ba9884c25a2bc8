"""Tables every subgraph has beside its own: events going out, events seen, answers kept for replay, replicated names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Index, Integer, MetaData, PrimaryKeyConstraint, String, Table, Text

from subgraphs.kit.columns import UtcDateTime, json_type

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that a migration can drop what another one made. Use it for a domain's MetaData."""


@dataclass(frozen=True, slots=True)
class KitTables:
    """The kit's tables.

    They belong to a MetaData of their own, the same for every subgraph: each subgraph has its own database, and a
    migration creates them with `create_kit_tables`.
    """

    metadata: MetaData
    outbox: Table
    inbox: Table
    idempotency: Table
    names: Table


def _define() -> KitTables:
    metadata = MetaData(naming_convention=NAMING)
    outbox = Table(
        "outbox",
        metadata,
        Column("id", String(36), primary_key=True, comment="UUIDv7: sorts as written"),
        Column("topic", String(80), nullable=False),
        Column("aggregate_id", String(80), nullable=False),
        Column("version", Integer, nullable=False, comment="of the payload's form"),
        Column("payload", json_type(), nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
        Column("state", String(8), nullable=False, server_default="pending", comment="pending, sent or parked"),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("due_at", UtcDateTime, nullable=False),
        Column("leased_by", String(36)),
        Column("leased_until", UtcDateTime),
        Column("last_error", Text),
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_aggregate_id_id", "aggregate_id", "id"),
    )
    inbox = Table(
        "inbox",
        metadata,
        Column("consumer", String(80), nullable=False),
        Column("event_id", String(36), nullable=False),
        Column("seen_at", UtcDateTime, nullable=False, index=True),
        PrimaryKeyConstraint("consumer", "event_id"),
    )
    idempotency = Table(
        "idempotency",
        metadata,
        Column("scope", String(120), nullable=False, comment="mutation and caller"),
        Column("key", String(128), nullable=False),
        Column("fingerprint", String(64), nullable=False),
        Column("answer", json_type(), nullable=False),
        Column("created_at", UtcDateTime, nullable=False, index=True),
        PrimaryKeyConstraint("scope", "key"),
    )
    names = Table(
        "replicated_name",
        metadata,
        Column("kind", String(20), nullable=False, comment="channel, brand or location"),
        Column("code", String(80), nullable=False),
        Column("name", String(200), nullable=False),
        PrimaryKeyConstraint("kind", "code"),
    )
    return KitTables(metadata=metadata, outbox=outbox, inbox=inbox, idempotency=idempotency, names=names)


KIT = _define()
