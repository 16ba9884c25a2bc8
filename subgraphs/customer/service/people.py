"""Records of people: guests, accounts, identities, consents, facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.errors import AlreadyCustomer, IdentityTaken
from subgraphs.customer.models import ConsentRow, CustomerRow, FactRow, IdentityRow
from subgraphs.customer.rules.identity import SHOPPERS_LINK, SOLE, normalised
from subgraphs.customer.rules.person import MOST_FACTS, fact_code, fact_label, fact_value, person_name
from subgraphs.customer.service.touches import adopt_visitor
from subgraphs.kit.errors import InvalidInput, NotFound, NotPermitted
from subgraphs.kit.idempotency import once
from subgraphs.kit.identity import Viewer
from subgraphs.kit.ids import new_id, new_uuid
from subgraphs.kit.outbox import emit

TOLD_WITH_VALUE = frozenset({"EMAIL", "PHONE", "LOYALTY_NUMBER"})
"""Kinds of identity that others find a person by at a till; what devices and logins are called stays here."""


@dataclass(frozen=True, slots=True)
class SignUp:
    """Details of an account to open. `order_token` is of an order placed as a guest."""

    email: str
    first_name: str | None
    last_name: str | None
    order_token: str | None
    consents: Mapping[str, bool]
    key: str


@dataclass(frozen=True, slots=True)
class Link:
    """An identity to link. `proof` is the code sent to it, when one was."""

    kind: str
    value: str
    proof: str | None


async def ensure(session: AsyncSession, customer_id: str) -> CustomerRow:
    """The person's record; a guest's is made by the first write that needs one."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    guest = {"id": customer_id, "is_guest": True, "segment_codes": [], "contact": {}, "created_at": datetime.now(UTC)}
    await session.execute(insert(CustomerRow).values(guest).on_conflict_do_nothing())
    return await existing(session, customer_id)


async def existing(session: AsyncSession, customer_id: str) -> CustomerRow:
    """The person's record, locked until the transaction ends; `NotFound` when there is none."""
    row = await session.get(CustomerRow, customer_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound("There is no such customer")
    return row


def caller_id(viewer: Viewer) -> str:
    """The caller's own id; `NotPermitted` when nothing is known of the caller."""
    if viewer.customer_id is None:
        raise NotPermitted("Sign in first")
    return viewer.customer_id


async def sign_up(session: AsyncSession, viewer: Viewer, details: SignUp) -> CustomerRow:
    """Open an account: a known guest keeps id and history, a stranger gets a new record.

    An e-mail that someone else has is no reason to refuse, nor to answer otherwise: until it is proved it is a claim.

    Raises  `AlreadyCustomer` for a caller with an account.
    Event   customer.signed_up {customer_id, email, order_token}: fulfilment hands the guest order over; no email when
            someone else is found by it
    """
    email = normalised("EMAIL", details.email, "input", "email")
    names = (
        person_name(details.first_name, "input", "firstName"),
        person_name(details.last_name, "input", "lastName"),
    )

    async def work() -> str:
        row = await ensure(session, viewer.customer_id or new_id("Customer"))
        if not row.is_guest:
            raise AlreadyCustomer("You have an account already")
        row.is_guest = False
        row.email, row.first_name, row.last_name = email, *names
        session.add(row)
        await _take_identity(session, row.id, IdentityKey("EMAIL", email), viewer.channel or "web", verified=False)
        await _store_consents(session, row.id, details.consents, viewer.channel or "web")
        known_by_it = await find_by_identity(session, "EMAIL", email) == row.id
        payload = {
            "customer_id": row.id,
            "email": email if known_by_it else None,
            "order_token": details.order_token,
        }
        await emit(session, "customer.signed_up", row.id, payload)
        return row.id

    arguments = [email, *names, details.order_token, sorted(details.consents.items())]
    scope = f"customerSignUp:{viewer.customer_id or email}"
    customer_id: str = await once(session, scope, details.key, arguments, work)
    return await existing(session, customer_id)


async def link_identity(session: AsyncSession, viewer: Viewer, link: Link, customer_id: str | None) -> CustomerRow:
    """Link another way of being known; what a linked device did as a visitor joins the person, once.

    Staff may name the customer, and what staff or systems link counts as verified.
    """
    trusted = viewer.has_any("staff:agent", "staff:store", "system:write")
    if customer_id is not None and not viewer.is_customer(customer_id) and not viewer.has_any("staff:agent"):
        raise NotPermitted("Only an agent may link an identity to someone else")
    if not trusted and link.kind not in SHOPPERS_LINK:
        raise NotPermitted("This kind of identity is given out by us, not linked")
    key = IdentityKey(link.kind, normalised(link.kind, link.value, "identity", "value"))
    row = await (existing(session, customer_id) if customer_id else ensure(session, caller_id(viewer)))
    await _take_identity(session, row.id, key, viewer.channel or "web", verified=trusted)
    if link.kind == "DEVICE":
        await adopt_visitor(session, row.id, key.value)
    if link.kind == "PHONE" and row.phone is None:
        row.phone = key.value
        session.add(row)
    payload = {"customer_id": row.id, "kind": link.kind, "verified": trusted}
    if link.kind in TOLD_WITH_VALUE and await find_by_identity(session, link.kind, link.value) == row.id:
        payload["value"] = key.value
    await emit(session, "customer.identity_linked", row.id, payload)
    return row


async def set_consents(session: AsyncSession, viewer: Viewer, consents: Mapping[str, bool]) -> CustomerRow:
    """Give or withdraw consents of the caller. Event: customer.consents_changed {customer_id, consents}."""
    if not consents:
        raise InvalidInput("Name at least one purpose", ("consents",))
    row = await ensure(session, caller_id(viewer))
    await _store_consents(session, row.id, consents, viewer.channel or "web")
    await emit(session, "customer.consents_changed", row.id, {"customer_id": row.id, "consents": dict(consents)})
    return row


async def set_fact(session: AsyncSession, viewer: Viewer, code: str, value: str | None) -> CustomerRow:
    """Remember a fact about the caller, or forget it when `value` is None."""
    code = fact_code(code)
    row = await ensure(session, caller_id(viewer))
    fact = await session.get(FactRow, (row.id, code))
    if value is None:
        if fact is not None:
            await session.delete(fact)
        return row
    known = (await session.exec(select(FactRow.code).where(FactRow.customer_id == row.id))).all()
    if fact is None and len(known) >= MOST_FACTS:
        raise InvalidInput(f"At most {MOST_FACTS} facts are remembered; forget one first", ("code",))
    fact = fact or FactRow(
        customer_id=row.id, code=code, label=fact_label(code), value="", source="TOLD", at=datetime.now(UTC)
    )
    fact.value, fact.source, fact.variant_id, fact.at = fact_value(value), "TOLD", None, datetime.now(UTC)
    session.add(fact)
    return row


async def merge(session: AsyncSession, keep_id: str, fold_id: str) -> CustomerRow:
    """Join two records of one person: everything of the folded one becomes the kept one's.

    Raises  `InvalidInput` for one and the same, `NotFound`; two memberships of one programme cannot both stay, so
            such records are refused with `InvalidInput`: their points are moved by hand.
    Events  customer.merged {keep_id, fold_id}, customer.segmented {customer_id, segments}
    """
    from subgraphs.customer.service.merging import move_everything

    if keep_id == fold_id:
        raise InvalidInput("These are one record already", ("foldId",))
    rows = {one: await existing(session, one) for one in sorted((keep_id, fold_id))}  # always in key order: no deadlock
    await move_everything(session, rows[keep_id], rows[fold_id])
    segments = {"customer_id": keep_id, "segments": rows[keep_id].segment_codes}
    await emit(session, "customer.segmented", keep_id, segments)
    await emit(session, "customer.merged", keep_id, {"keep_id": keep_id, "fold_id": fold_id})
    return rows[keep_id]


async def find_by_identity(session: AsyncSession, kind: str, value: str, *, verified_only: bool = False) -> str | None:
    """Id of the person known by this identity: who proved it, else who claimed it first."""
    query = select(IdentityRow.customer_id).where(
        IdentityRow.kind == kind, IdentityRow.value == normalised(kind, value, "value")
    )
    if verified_only:
        query = query.where(col(IdentityRow.verified))
    first = (col(IdentityRow.verified).desc(), col(IdentityRow.linked_at), col(IdentityRow.id))
    return (await session.exec(query.order_by(*first).limit(1))).first()


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """A kind and a normalised value."""

    kind: str
    value: str


async def _take_identity(
    session: AsyncSession, customer_id: str, key: IdentityKey, channel: str, *, verified: bool
) -> None:
    """Note the identity as this customer's: proved, or as a claim that others may make too.

    Raises  `IdentityTaken` when it can be one person's only and is another's; the unique key decides between two at once
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    sole = verified or key.kind in SOLE
    values = {
        "id": str(new_uuid()),
        "customer_id": customer_id,
        "kind": key.kind,
        "value": key.value,
        "channel": channel,
        "verified": verified,
        "sole": sole,
        "linked_at": datetime.now(UTC),
    }
    await session.execute(insert(IdentityRow).values(values).on_conflict_do_nothing())
    same = (col(IdentityRow.kind) == key.kind, col(IdentityRow.value) == key.value)
    if not sole:
        return
    path = ("input", "email") if key.kind == "EMAIL" else ("identity", "value")
    taken = IdentityTaken("This is already linked to another customer", path)
    others = select(IdentityRow.id).where(*same, col(IdentityRow.sole), col(IdentityRow.customer_id) != customer_id)
    if (await session.exec(others)).first() is not None:
        raise taken
    mine = update(IdentityRow).where(*same, col(IdentityRow.customer_id) == customer_id)
    try:
        await session.execute(mine.values(sole=True, verified=verified or col(IdentityRow.verified)))
    except IntegrityError as error:
        raise taken from error


async def _store_consents(session: AsyncSession, customer_id: str, consents: Mapping[str, bool], channel: str) -> None:
    now = datetime.now(UTC)
    for purpose, granted in sorted(consents.items()):
        await session.merge(
            ConsentRow(customer_id=customer_id, purpose=purpose, granted=granted, channel=channel, at=now)
        )


async def consented(session: AsyncSession, customer_id: str, purpose: str) -> bool:
    """Whether the person has agreed to this purpose."""
    row = await session.get(ConsentRow, (customer_id, purpose))
    return row is not None and row.granted


async def known_ids(session: AsyncSession, customer_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that have a record."""
    return frozenset((await session.exec(select(CustomerRow.id).where(col(CustomerRow.id).in_(customer_ids)))).all())
