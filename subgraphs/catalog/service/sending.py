"""Carrying listings to outside shops, batch by batch, each account by itself.

What speaks to a shop is a `Send`. `marketplace` posts to the address that the setting `marketplaces` names for the
account's provider:

    POST <address>          Authorization: Bearer <secret>, Idempotency-Key: <the same for the same listings>
    {"account": "…", "listings": [{"sku", "title", "link", "price": {"amount", "currency"}}, …]}
    200 {"listings": [{"sku", "id", "url", "issues": [{"attribute", "message"}]}, …]}

The secret is the content of the file of that name in `secrets_dir`. A shop that is away, busy or broken is asked again
after a growing pause; one that refuses a batch (any other 4xx) has refused its listings. With the sample world, which
has accounts nowhere, a provider without an address takes everything (`accept`); without it, its listings wait.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from subgraphs.catalog.service import listings
from subgraphs.catalog.service.listings import Outgoing, Send, Sent, Unanswered
from subgraphs.kit.database import Database
from subgraphs.kit.errors import Fault
from subgraphs.kit.outside import Unreachable, post_json
from subgraphs.kit.settings import SubgraphSettings

POLL_SECONDS = 2.0
LONGEST_MESSAGE = 500
UNPRICED = Sent(issues=(("price", "There is no price in this channel's currency"),))

log = logging.getLogger("subgraphs")


async def accept(outgoing: Sequence[Outgoing]) -> Sequence[Sent]:
    """A shop that takes everything."""
    return [Sent(external_id=f"{one.provider}:{one.account}:{one.sku}") for one in outgoing]


def sender(settings: SubgraphSettings) -> Send:
    """How this house speaks to outside shops."""

    async def send(outgoing: Sequence[Outgoing]) -> Sequence[Sent]:
        provider = outgoing[0].provider
        address = settings.marketplaces.get(provider)
        if address is not None:
            return await marketplace(address, _secret(settings, outgoing[0].secret_ref), outgoing)
        if settings.sample_data:
            return await accept(outgoing)
        message = f"No address is set for {provider}; name it in the setting marketplaces"
        raise Unanswered(message)

    return send


async def marketplace(address: str, secret: str | None, outgoing: Sequence[Outgoing]) -> Sequence[Sent]:
    """Post listings of one account to a shop.

    Raises  `Unanswered` when it is away, busy, broken, does not let us in, or its answer leaves a listing out.
    """
    body = {"account": outgoing[0].account, "listings": [_shown(one) for one in outgoing]}
    headers = {"idempotency-key": hashlib.sha256(orjson.dumps(body)).hexdigest()}
    if secret is not None:
        headers["authorization"] = f"Bearer {secret}"
    try:
        reply = await post_json(address, body, headers)
    except Unreachable as error:
        message = f"The marketplace {error}"
        raise Unanswered(message) from error
    if reply.status in {401, 403, 408, 425, 429} or reply.status // 100 not in {2, 4}:
        message = f"The marketplace answered with status {reply.status}"
        raise Unanswered(message, reply.pause)
    if reply.status >= 400:
        refused = f"The marketplace refused the batch with status {reply.status}"
        return [Sent(issues=((None, refused),)) for _ in outgoing]
    return _answers(reply.content, outgoing)


def _shown(one: Outgoing) -> dict[str, Any]:
    price = {"amount": str(one.price), "currency": one.currency}
    return {"sku": one.sku, "title": one.title, "link": one.link, "price": price}


def _answers(content: Any, outgoing: Sequence[Outgoing]) -> list[Sent]:
    found = content.get("listings") if isinstance(content, Mapping) else None
    by_sku = {one.get("sku"): one for one in found or () if isinstance(one, Mapping)} if isinstance(found, list) else {}
    missing = next((one.sku for one in outgoing if one.sku not in by_sku), None)
    if missing is not None:
        message = f"The marketplace's answer says nothing of {missing}"
        raise Unanswered(message)
    return [_sent(by_sku[one.sku]) for one in outgoing]


def _sent(said: Mapping[str, Any]) -> Sent:
    issues = said.get("issues")
    complaints = [one for one in issues if isinstance(one, Mapping)] if isinstance(issues, list) else []
    return Sent(
        external_id=_text(said.get("id")),
        external_url=_address(_text(said.get("url"))),
        issues=tuple((_text(one.get("attribute")), _text(one.get("message")) or "refused") for one in complaints[:20]),
    )


def _text(value: Any) -> str | None:
    return str(value)[:LONGEST_MESSAGE] if isinstance(value, str | int) and value != "" else None


def _address(text: str | None) -> str | None:
    """An address fit to show as a link; anything else is left out."""
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.netloc else None


def _secret(settings: SubgraphSettings, name: str) -> str | None:
    """The secret kept under a name; None when no secrets are kept here.

    Raises  `Unanswered` when they are, and this one is missing.
    """
    if settings.secrets_dir is None or not name:
        return None
    folder = settings.secrets_dir.resolve()
    path = (folder / name).resolve()
    try:
        if not path.is_relative_to(folder):
            raise FileNotFoundError
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        message = f"There is no secret {name}"
        raise Unanswered(message) from None


async def send_pending(database: Database, send: Send = accept) -> int:
    """Send what waits and is due, one batch of one channel; gives how many listings that were."""
    now = datetime.now(UTC)
    waiting = await database.read(listings.pending, now)
    if not waiting:
        return 0
    outgoing = {one: what for one, what in waiting.items() if what is not None}
    answers: dict[str, tuple[Outgoing | None, Sent]] = {one: (None, UNPRICED) for one in waiting if one not in outgoing}
    try:
        sent = await send(list(outgoing.values())) if outgoing else ()
    except Unanswered as error:
        log.warning("listings wait: %s", error)
        await database.write(listings.postpone, list(outgoing), str(error), error.seconds, now)
    else:
        answers |= {one: (what, said) for (one, what), said in zip(outgoing.items(), sent, strict=True)}
    if answers:
        await database.write(listings.record, answers, now)
    return len(waiting)


async def sending(database: Database, send: Send = accept) -> None:
    """Send for as long as the application runs: at once what this process queued, soon what fell due or another did."""
    async for _ in database.signals.listen(listings.WAKE, POLL_SECONDS):
        try:
            while await send_pending(database, send):
                pass
        except Fault:
            log.warning("listings wait: the database cannot be reached")
        except Exception:
            log.exception("sending listings failed; it is tried again")
