"""Opening, closing and connecting channels: rows, not deployments."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.models import BrandRow, ChannelRow
from subgraphs.catalog.rules.channels import DEEPEST, is_code, line, status_at
from subgraphs.kit import names
from subgraphs.kit.errors import InvalidInput, NotFound, WrongState
from subgraphs.kit.idempotency import once
from subgraphs.kit.outbox import emit

LONGEST_NAME = 80
OUTSIDE = frozenset({"MARKETPLACE", "SOCIAL"})
"""Kinds of channel that may be tied to an account elsewhere."""

_NAME_OF_SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,119}")
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Launch:
    """What to open a channel with."""

    code: str
    name: str
    kind: str
    brand_code: str
    inherits_from: str | None
    currencies: tuple[str, ...]
    locales: tuple[str, ...]
    capabilities: tuple[str, ...]


async def launch(session: AsyncSession, caller: str, key: str, wanted: Launch, now: datetime) -> str:
    """Open a channel on what is there; gives its code.

    Raises  `InvalidInput` for a code in use, no currency or language, or too long a line of inheritance; `NotFound` for
            a brand or a channel to inherit from that does not exist.
    """

    async def work() -> str:
        rows = {row.code: row for row in (await session.execute(select(ChannelRow))).scalars()}
        _check(wanted, rows)
        if await session.get(BrandRow, wanted.brand_code) is None:
            raise NotFound("There is no such brand", ("input", "brandCode"))
        parent = rows.get(wanted.inherits_from or "")
        session.add(
            ChannelRow(
                code=wanted.code,
                name=wanted.name.strip(),
                kind=wanted.kind,
                brand_code=wanted.brand_code,
                inherits_from=wanted.inherits_from,
                capabilities=list(wanted.capabilities),
                currencies=list(wanted.currencies),
                locales=list(wanted.locales),
                countries=list(parent.countries) if parent else [],
                address=parent.address if parent else f"https://{wanted.brand_code}.example",
                launched_at=now,
                position=len(rows),
            )
        )
        await names.remember(session, "channel", {wanted.code: wanted.name.strip()})
        await emit(session, "channel.named", wanted.code, {"code": wanted.code, "name": wanted.name.strip()})
        await emit(
            session,
            "channel.launched",
            wanted.code,
            {"code": wanted.code, "kind": wanted.kind, "brand": wanted.brand_code},
        )
        return wanted.code

    return str(await once(session, f"channelLaunch:{caller}", key, asdict(wanted), work))


async def retire(session: AsyncSession, code: str, at: datetime | None, now: datetime) -> str:
    """Close a channel at an instant, or now: it becomes read-only, then history. Nothing of any other channel changes.

    Raises  `NotFound`; `InvalidInput` for an instant in the past; `WrongState` when it is closed already.
    """
    row = await _channel(session, code)
    if status_at(row.status, row.retires_at, now) not in {"DRAFT", "LIVE"}:
        raise WrongState("The channel is closed already", ("code",))
    if at is not None and at < now:
        raise InvalidInput("A channel cannot be closed in the past; leave `at` out to close it now", ("at",))
    row.retires_at = at or now
    await emit(session, "channel.retired", code, {"code": code, "at": row.retires_at.isoformat()})
    return code


async def connect(session: AsyncSession, code: str, provider: str, account: str, secret_ref: str) -> str:
    """Tie a channel to an account in an outside shop. The link counts as healthy from its first contact on.

    Raises  `NotFound`; `WrongState` when the channel is one of our own; `InvalidInput` for names of the wrong form.
    """
    row = await _channel(session, code)
    if row.kind not in OUTSIDE:
        raise WrongState("Only marketplaces and social shops are tied to an account", ("code",))
    if not _PROVIDER.fullmatch(provider):
        raise InvalidInput("A provider is a short name such as google-merchant", ("provider",))
    if not account.strip() or len(account) > 120:
        raise InvalidInput("An account's name has 1 to 120 characters", ("account",))
    if not _NAME_OF_SECRET.fullmatch(secret_ref):
        raise InvalidInput("Give the name under which the secret is kept, not the secret", ("secretRef",))
    row.provider, row.account, row.secret_ref = provider, account.strip(), secret_ref
    row.healthy, row.last_contact_at = False, None
    return code


async def _channel(session: AsyncSession, code: str) -> ChannelRow:
    query = select(ChannelRow).where(col(ChannelRow.code) == code).with_for_update()
    row = (await session.execute(query)).scalars().first()
    if row is None:
        raise UnknownChannel("There is no such channel", ("code",))
    return row


def _check(wanted: Launch, rows: dict[str, ChannelRow]) -> None:
    if not is_code(wanted.code):
        raise InvalidInput("A channel's code is made of small letters, digits and hyphens", ("input", "code"))
    if wanted.code in rows:
        raise InvalidInput("This code is in use", ("input", "code"))
    if not wanted.name.strip() or len(wanted.name) > LONGEST_NAME:
        message = f"A name has 1 to {LONGEST_NAME} characters"
        raise InvalidInput(message, ("input", "name"))
    if not wanted.currencies or not wanted.locales:
        raise InvalidInput(
            "A channel needs a currency and a language", ("input", "currencies" if not wanted.currencies else "locales")
        )
    if wanted.inherits_from is not None:
        above = line(wanted.inherits_from, {row.code: row.inherits_from for row in rows.values()})
        if not above:
            raise UnknownChannel("There is no channel to inherit from by that code", ("input", "inheritsFrom"))
        if len(above) >= DEEPEST:
            message = f"At most {DEEPEST} channels may inherit from each other in a line"
            raise InvalidInput(message, ("input", "inheritsFrom"))
