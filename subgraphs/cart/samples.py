"""The sample world's baskets and offers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.cart.models import (
    CartLineRow,
    CartRow,
    CartVoucherRow,
    MemberRow,
    PromotionDayRow,
    PromotionRow,
    Record,
    RegisterRow,
    SavedItemRow,
    StoredValueRow,
    VoucherRow,
)
from subgraphs.kit import names
from subgraphs.kit.ids import stable_id
from subgraphs.kit.sample_world import (
    BRANDS,
    CHANNELS,
    CUSTOMERS,
    LOCATIONS,
    PRODUCTS,
    PROGRAMS,
    PROMOTIONS,
    REWARDS,
    customer,
    location,
    promotion_id,
    reward_id,
    variant,
)

BEGAN = datetime(2026, 9, 1, tzinfo=UTC)
"""When the sample offers began; the autumn's ends a season after the world was made, the others do not."""
_ALDER = [code for code in CHANNELS if not code.startswith("velvet") and code != "mirror"]
_BRAND_OF = dict(zip(PROGRAMS, BRANDS, strict=True))


async def load(session: AsyncSession) -> None:
    """Fill a new database, in the caller's transaction."""
    await names.remember(session, "brand", BRANDS)
    await names.remember(session, "channel", CHANNELS)
    await names.remember(session, "location", {place.id: place.name for place in LOCATIONS})
    session.add_all([*_promotions(), *_reward_offers()])
    await session.flush()
    session.add_all(_days(datetime.now(UTC).date()))
    session.add(VoucherRow(code="WELCOME5", promotion_id=promotion_id("welcome"), most_uses=1_000_000))
    session.add_all(_members())
    session.add_all(_registers())
    session.add_all(_cards())
    carts, contents = _carts(datetime.now(UTC))
    session.add_all(carts)
    await session.flush()
    session.add_all(contents)


def _promotions() -> list[PromotionRow]:
    # Chairs have an offer of their own, and the better one alone would ever be seen.
    home = {"sofas", "tables", "storage", "lighting", "cookware", "tableware", "textiles", "decoration"}

    def goods(*categories: str) -> list[str]:
        return [product.id for product in PRODUCTS if product.category in categories]

    return [
        PromotionRow(
            id=promotion_id("autumn-home"),
            name=PROMOTIONS["autumn-home"],
            description="15 % off everything for the home but chairs, online and in every store.",
            kind="PERCENT_OFF",
            channels=_ALDER,
            brand_code="alder",
            percent=Decimal(15),
            goods=goods(*sorted(home)),
            starts_at=BEGAN,
            ends_at=datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=90),
        ),
        PromotionRow(
            id=promotion_id("three-for-two-lips"),
            name=PROMOTIONS["three-for-two-lips"],
            description="Take three lip colours and pay for two.",
            kind="MULTIBUY",
            channels=list(CHANNELS),
            brand_code="velvet",
            buy=3,
            pay=2,
            goods=goods("lips"),
            starts_at=BEGAN,
        ),
        PromotionRow(
            id=promotion_id("online-chairs"),
            name=PROMOTIONS["online-chairs"],
            description="Chairs are 10 % cheaper when you order online.",
            kind="PERCENT_OFF",
            channels=["web", "app"],
            brand_code="alder",
            percent=Decimal(10),
            goods=goods("chairs"),
            starts_at=BEGAN,
        ),
        PromotionRow(
            id=promotion_id("welcome"),
            name=PROMOTIONS["welcome"],
            description="£5 off your first order of £40 or more, with the code from our letter.",
            terms="Once a customer; not with other codes.",
            kind="AMOUNT_OFF",
            channels=list(CHANNELS),
            amount=Decimal(5),
            currency="GBP",
            least_subtotal=Decimal(40),
            automatic=False,
            starts_at=BEGAN,
        ),
        PromotionRow(
            id=stable_id("Promotion", "free-delivery"),
            name="Free delivery from £250",
            description="We bring it for nothing when you spend £250 or more.",
            kind="FREE_DELIVERY",
            channels=["web", "app", "voice", "tv"],
            brand_code="alder",
            currency="GBP",
            least_subtotal=Decimal(250),
            starts_at=BEGAN,
        ),
    ]


def _reward_offers() -> list[PromotionRow]:
    """What the vouchers of rewards are worth; each opens for whoever took the reward, by the code it came with."""
    amounts = {"five-off": Decimal(5), "twenty-off": Decimal(20)}
    return [
        PromotionRow(
            id=stable_id("Promotion", program, code),
            name=name,
            description=f"{name}, for points of {PROGRAMS[program]}.",
            kind="AMOUNT_OFF" if code in amounts else "FREE_DELIVERY",
            channels=list(CHANNELS),
            brand_code=_BRAND_OF[program],
            amount=amounts.get(code, Decimal(0)),
            currency="GBP" if code in amounts else None,
            automatic=False,
            reward_id=reward_id(program, code),
            starts_at=BEGAN,
        )
        for program in PROGRAMS
        for code, name in REWARDS.items()
    ]


def _days(today: date) -> list[PromotionDayRow]:
    """How offers did this week. The tills refused the autumn offer twice, though it names them: the gap to be found."""
    return [
        PromotionDayRow(
            promotion_id=promotion_id(code),
            channel=channel,
            day=today - timedelta(days=ago),
            currency="GBP",
            shown=shown,
            redeemed=redeemed,
            refused=refused,
            cost=Decimal(cost),
            sales=Decimal(sales),
        )
        for code, channel, ago, shown, redeemed, refused, cost, sales in (
            ("autumn-home", "web", 1, 412, 31, 0, "418.20", "2788.00"),
            ("autumn-home", "store", 1, 96, 22, 2, "201.45", "1343.00"),
            ("autumn-home", "app", 2, 205, 17, 0, "164.10", "1094.00"),
            ("three-for-two-lips", "velvet-web", 2, 188, 12, 0, "228.00", "684.00"),
            ("online-chairs", "web", 3, 77, 6, 0, "107.10", "1071.00"),
        )
    ]


def _members() -> list[MemberRow]:
    return [
        MemberRow(customer_id=person.id, brand_code=_BRAND_OF[program])
        for person in CUSTOMERS
        for program in person.tiers
    ]


def _registers() -> list[RegisterRow]:
    """Two tills and a kiosk in every store: LON-OXF-1, LON-OXF-2, LON-OXF-K."""
    return [
        RegisterRow(code=f"{place.code}-{number}", location_id=place.id, channel=channel)
        for place in LOCATIONS
        if place.kind == "STORE"
        for number, channel in (("1", "store"), ("2", "store"), ("K", "kiosk"))
    ]


def _cards() -> list[StoredValueRow]:
    """Cards to try split payments with, by the token they are paid with."""
    cards = [
        ("gift-card-0001", "GIFT_CARD", "GBP", "25"),
        ("gift-card-0002", "GIFT_CARD", "EUR", "50"),
        # The customers' own cards, by what a till scans of them.
        *((f"6035{person.phone[-8:]}", "STORED_VALUE", "GBP", "35.50") for person in CUSTOMERS),
    ]
    return [
        StoredValueRow(token=token, kind=kind, currency=currency, balance=Decimal(balance))
        for token, kind, currency, balance in cards
    ]


def _carts(now: datetime) -> tuple[list[Record], list[Record]]:
    """Ada's basket, filled on two devices; Ben's, abandoned two days ago; Chiara's, waiting at a store."""
    ada = _cart("ada", "alder", "GBP", "web", ["web", "app"], now - timedelta(hours=3))
    ben = _cart("ben", "alder", "GBP", "app", ["app"], now - timedelta(days=2))
    ben.status, ben.abandoned_at = "ABANDONED", now - timedelta(days=1)
    ben.left_at, ben.left_value = ben.abandoned_at, variant("ALD-SHO-TRL-42").gbp
    chiara = _cart("chiara", "velvet", "GBP", "velvet-web", ["velvet-web"], now - timedelta(minutes=40))
    contents: list[Record] = [
        _line(ada, 1, "ALD-CHR-DIN-OAK", 2, "web"),
        _line(ada, 2, "ALD-POT-CAS-RED", 1, "app"),
        _line(ada, 3, "ALD-LMP-GLO-BRS", 1, "web", method="PICKUP", store="LON-OXF"),
        SavedItemRow(
            id=stable_id("SavedItem", "ada", "1"),
            cart_id=ada.id,
            variant_id=variant("ALD-TAB-FER-OAK").id,
            quantity=1,
            price_saved=variant("ALD-TAB-FER-OAK").gbp,
            saved_at=ada.updated_at,
        ),
        _line(ben, 1, "ALD-SHO-TRL-42", 1, "app"),
        _line(chiara, 1, "VEL-FND-240", 2, "velvet-web", method="PICKUP", store="LON-KGX"),
        # Sold out since she put it in: what is said of a line with a problem.
        _line(chiara, 2, "VEL-EYE-PAL", 1, "velvet-web"),
        CartVoucherRow(cart_id=chiara.id, code="WELCOME5"),
    ]
    promised = (now + timedelta(days=1)).replace(hour=11, minute=0, second=0, microsecond=0)
    for line in contents:
        if isinstance(line, CartLineRow) and line.method == "PICKUP":
            line.promised_at = promised
    return [ada, ben, chiara], contents


def _cart(who: str, brand: str, currency: str, started_in: str, channels: list[str], at: datetime) -> CartRow:
    return CartRow(
        id=stable_id("Cart", who),
        version=3,
        in_use=True,
        brand_code=brand,
        started_in=started_in,
        channels=channels,
        customer_id=customer(who).id,
        currency=currency,
        created_at=at - timedelta(hours=1),
        updated_at=at,
    )


def _line(
    cart: CartRow, position: int, sku: str, quantity: int, channel: str, method: str = "SHIP", store: str | None = None
) -> CartLineRow:
    return CartLineRow(
        id=stable_id("CartLine", cart.id, str(position)),
        cart_id=cart.id,
        variant_id=variant(sku).id,
        quantity=quantity,
        price_added=variant(sku).gbp,
        method=method,
        location_id=location(store).id if store else None,
        added_in=channel,
        added_at=cart.created_at + timedelta(minutes=position),
    )
