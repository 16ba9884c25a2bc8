"""Publishing pages: a new edition for each channel, live at once or when its time comes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.catalog.errors import UnknownChannel
from subgraphs.catalog.models import ChannelRow, CollectionRow, ContentRow, ExperienceRow
from subgraphs.catalog.rules.slots import MOST_SLOTS, ROW_RULES
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.idempotency import once
from subgraphs.kit.ids import stable_id, type_of
from subgraphs.kit.outbox import emit

MOST_CHANNELS = 50
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_ARM = re.compile(r"[a-z0-9-]{1,60}:[a-z0-9-]{1,60}")
_SOURCE = {
    "HERO": "Content",
    "EDITORIAL": "Content",
    "VIDEO": "Content",
    "PROMOTION": "Promotion",
    "PRODUCT_ROW": "Collection",
}
_MAY_BE_EMPTY = frozenset({"HERO", "PRODUCT_ROW"})


@dataclass(frozen=True, slots=True)
class SlotDraft:
    """One block to publish."""

    kind: str
    title: str
    source: str | None
    segments: tuple[str, ...]
    arm: str | None


@dataclass(frozen=True, slots=True)
class PageDraft:
    """A page to publish. `publish_at` None: now."""

    code: str
    channels: tuple[str, ...]
    slots: tuple[SlotDraft, ...]
    publish_at: datetime | None


async def publish(session: AsyncSession, caller: str, key: str, draft: PageDraft, now: datetime) -> list[str]:
    """Write an edition of the page for each channel; gives the editions' ids.

    Raises  `InvalidInput` for a page of the wrong form; `NotFound` for a channel or a source that does not exist.
    """

    async def work() -> list[str]:
        _check(draft)
        await _check_channels(session, draft)
        await _check_sources(session, draft)
        slots = [_stored(place, slot) for place, slot in enumerate(draft.slots)]
        return [await _edition(session, draft, channel, slots, now) for channel in draft.channels]

    arguments = asdict(draft)
    ids = await once(session, f"experiencePublish:{caller}", key, arguments, work)
    return [str(one) for one in ids]


async def _edition(
    session: AsyncSession, draft: PageDraft, channel: str, slots: list[dict[str, Any]], now: datetime
) -> str:
    page_id = stable_id("Experience", draft.code, channel)
    latest = select(func.max(col(ExperienceRow.edition))).where(col(ExperienceRow.page_id) == page_id)
    number = int((await session.execute(latest)).scalar_one() or 0) + 1
    row = ExperienceRow(
        id=stable_id("Experience", draft.code, channel, str(number)),
        page_id=page_id,
        code=draft.code,
        channel_code=channel,
        edition=number,
        slots=slots,
        publish_at=draft.publish_at or now,
    )
    session.add(row)
    await session.flush()
    await emit(session, "experience.published", page_id, {"page_id": page_id, "code": draft.code, "channel": channel})
    return row.id


def _stored(place: int, slot: SlotDraft) -> dict[str, Any]:
    """A block as it is kept; its key follows from what it shows, so a row keeps its id while its place changes."""
    key = slot.source or f"{slot.kind.lower()}-{place}"
    return {
        "key": key,
        "kind": slot.kind,
        "title": slot.title.strip(),
        "source": slot.source,
        "segments": list(slot.segments),
        "arm": slot.arm,
        "content": None,
    }


def _check(draft: PageDraft) -> None:
    if not _CODE.fullmatch(draft.code):
        raise InvalidInput("A page's code is made of small letters, digits and hyphens", ("input", "code"))
    if not 1 <= len(draft.channels) <= MOST_CHANNELS or len(set(draft.channels)) < len(draft.channels):
        message = f"A page is published to 1 to {MOST_CHANNELS} channels, each named once"
        raise InvalidInput(message, ("input", "channels"))
    if len(draft.slots) > MOST_SLOTS:
        message = f"A page has at most {MOST_SLOTS} blocks"
        raise InvalidInput(message, ("input", "slots"))
    for place, slot in enumerate(draft.slots):
        path = ("input", "slots", str(place))
        if not slot.title.strip() or len(slot.title) > 200:
            raise InvalidInput("A block's title has 1 to 200 characters", (*path, "title"))
        if slot.arm is not None and not _ARM.fullmatch(slot.arm):
            raise InvalidInput("An arm is written experiment:arm", (*path, "experimentArm"))
        if len(slot.segments) > 20 or not all(_CODE.fullmatch(code) for code in slot.segments):
            raise InvalidInput("A block is for at most 20 segments, named by their codes", (*path, "segmentCodes"))
        _check_source(slot, path)


def _check_source(slot: SlotDraft, path: tuple[str, ...]) -> None:
    wanted = _SOURCE[slot.kind]
    if slot.source is None:
        if slot.kind not in _MAY_BE_EMPTY:
            message = f"This block needs the id of a {wanted.lower()}"
            raise InvalidInput(message, (*path, "sourceId"))
    elif type_of(slot.source) != wanted and not (slot.kind == "PRODUCT_ROW" and slot.source in ROW_RULES):
        rules = f" or one of {', '.join(sorted(ROW_RULES))}" if slot.kind == "PRODUCT_ROW" else ""
        message = f"This block shows a {wanted.lower()}{rules}"
        raise InvalidInput(message, (*path, "sourceId"))


async def _check_channels(session: AsyncSession, draft: PageDraft) -> None:
    rows = await session.execute(select(col(ChannelRow.code)).where(col(ChannelRow.code).in_(draft.channels)))
    known = set(rows.scalars())
    for place, code in enumerate(draft.channels):
        if code not in known:
            raise UnknownChannel("There is no such channel", ("input", "channels", str(place)))


async def _check_sources(session: AsyncSession, draft: PageDraft) -> None:
    known = await _existing(session, [slot.source for slot in draft.slots if slot.source])
    for place, slot in enumerate(draft.slots):
        if (
            slot.source
            and known.get(type_of(slot.source) or "") is not None
            and slot.source not in known[type_of(slot.source) or ""]
        ):
            raise NotFound("There is no such content or collection", ("input", "slots", str(place), "sourceId"))


async def _existing(session: AsyncSession, ids: Sequence[str]) -> Mapping[str, set[str]]:
    """Type → those of the ids that exist; promotions are the cart's to know and are not looked up."""
    content = await session.execute(select(col(ContentRow.id)).where(col(ContentRow.id).in_(ids)))
    collections = await session.execute(select(col(CollectionRow.id)).where(col(CollectionRow.id).in_(ids)))
    return {"Content": set(content.scalars()), "Collection": set(collections.scalars())}
