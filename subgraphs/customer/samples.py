"""A small believable world: five people of two countries, their loyalty, wishes and what they looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlmodel.ext.asyncio.session import AsyncSession

from subgraphs.customer.models import (
    AddressRow,
    BrowsedRow,
    CardRow,
    ConsentRow,
    CustomerRow,
    FactRow,
    IdentityRow,
    MembershipRow,
    MovementRow,
    ProgramRow,
    ReadyOrderRow,
    Record,
    RewardRow,
    SessionRow,
    TouchRow,
    VisitRow,
    WishlistRow,
    WishRow,
)
from subgraphs.customer.rules.touch import Touch, fingerprint, summary
from subgraphs.kit.ids import new_uuid, stable_id
from subgraphs.kit.names import remember
from subgraphs.kit.sample_world import (
    BRANDS,
    CHANNELS,
    CUSTOMERS,
    LOCATIONS,
    PRODUCTS,
    PROGRAMS,
    REWARDS,
    VARIANTS,
    SampleCustomer,
    customer,
    location,
    reward_id,
    variant,
)

_THRESHOLDS = {"member": 0, "silver": 500, "gold": 1500}
_POINTS = {"member": 120, "silver": 780, "gold": 2140}
_PERKS = {
    "member": [("BIRTHDAY_GIFT", "A gift in the month of your birthday")],
    "silver": [
        ("BIRTHDAY_GIFT", "A gift in the month of your birthday"),
        ("FREE_DELIVERY", "Free delivery from £20"),
        ("EARLY_ACCESS", "New collections two days before everyone else"),
    ],
    "gold": [
        ("BIRTHDAY_GIFT", "A gift in the month of your birthday"),
        ("FREE_DELIVERY", "Free delivery always"),
        ("EARLY_ACCESS", "New collections a week before everyone else"),
        ("EXCLUSIVE_PRODUCTS", "Products only gold members may buy"),
        ("TRY_ON_HOLD", "Two items held for you in the store of your choice"),
        ("LOUNGE", "The lounge of our largest stores"),
    ],
}
_BRAND_OF = {"alder-club": "alder", "velvet-circle": "velvet"}
_STREETS = {
    "ada": ("18 Marchmont Street", "London", "WC1N 1AB", "GB"),
    "ben": ("4 Canal Street", "Manchester", "M1 3HE", "GB"),
    "chiara": ("77 Essex Road", "London", "N1 2SF", "GB"),
    "deniz": ("Oranienstraße 12", "Berlin", "10999", "DE"),
    "emil": ("Lange Reihe 5", "Hamburg", "20099", "DE"),
}


async def load_samples(session: AsyncSession) -> None:
    """Fill a new database."""
    now = datetime.now(UTC).replace(microsecond=0)
    await remember(session, "channel", CHANNELS)
    await remember(session, "brand", BRANDS)
    await remember(session, "location", {place.id: place.name for place in LOCATIONS})
    await _add(session, [_program(code, name) for code, name in PROGRAMS.items()])
    await _add(session, [reward for code in PROGRAMS for reward in _rewards(code)])
    await _add(session, [_person(person, now) for person in CUSTOMERS])
    for person in CUSTOMERS:
        await _add(session, _belongings(person, now))
        for program, tier in person.tiers.items():
            await _add(session, [_membership(person, program, tier)])
            await _add(session, [_movement(person, program, tier, now)])
    await _add(session, _activity(now))
    await _add(session, [_ready_order(now), _visit(now)])
    wishlist = WishlistRow(
        id=stable_id("Wishlist", "ada", "1"), customer_id=customer("ada").id, name="Wish list", created_at=now
    )
    await _add(session, [wishlist])
    await _add(session, [_wish(wishlist, sku.sku, index, now) for index, sku in enumerate(VARIANTS[:2])])


async def _add(session: AsyncSession, rows: list[Record]) -> None:
    """Add rows of one step; the flush keeps what they refer to before them."""
    session.add_all(rows)
    await session.flush()


def _program(code: str, name: str) -> ProgramRow:
    tiers = [
        {
            "code": tier,
            "name": tier.capitalize(),
            "threshold": threshold,
            "perks": [{"kind": kind, "description": text} for kind, text in _PERKS[tier]],
        }
        for tier, threshold in _THRESHOLDS.items()
    ]
    return ProgramRow(code=code, name=name, brands=[_BRAND_OF[code]], tiers=tiers)


def _rewards(program: str) -> list[Record]:
    return [
        RewardRow(id=reward_id(program, code), program_code=program, name=REWARDS[code], points=points, valid_days=days)
        for code, points, days in (("five-off", 250, 60), ("free-delivery", 100, 60), ("twenty-off", 900, 90))
    ]


def _person(person: SampleCustomer, now: datetime) -> CustomerRow:
    home = next(place.id for place in LOCATIONS if place.code == person.home)
    return CustomerRow(
        id=person.id,
        first_name=person.given_name,
        last_name=person.family_name,
        email=person.email,
        phone=person.phone,
        birth_date=date(1988, 3, 14) if person.key == "ada" else None,
        locale=person.locale,
        is_guest=False,
        preferred_store_id=home,
        segment_codes=sorted(person.segments),
        contact={"preferred": ["PUSH", "EMAIL"], "quiet_from": "22:00", "quiet_to": "08:00", "weekly_cap": 2},
        created_at=now - timedelta(days=400),
    )


def _belongings(person: SampleCustomer, now: datetime) -> list[Record]:
    street, city, postcode, country = _STREETS[person.key]
    linked = now - timedelta(days=399)
    rows: list[Record] = [
        AddressRow(
            id=stable_id("CustomerAddress", person.key, "home"),
            customer_id=person.id,
            recipient=person.name,
            lines=[street],
            city=city,
            postcode=postcode,
            country=country,
            is_default_shipping=True,
            is_default_billing=True,
        ),
        *(
            IdentityRow(
                id=str(new_uuid()),
                customer_id=person.id,
                kind=kind,
                value=value,
                channel="web",
                verified=True,
                sole=True,
                linked_at=linked,
            )
            for kind, value in (("LOGIN", person.key), ("EMAIL", person.email), ("PHONE", person.phone))
        ),
        *(
            ConsentRow(customer_id=person.id, purpose=purpose, granted=True, channel="app", at=linked)
            for purpose in ("MARKETING_EMAIL", "PERSONALISATION", "STORE_PRESENCE", "ORDER_SMS")
        ),
        SessionRow(id=str(new_uuid()), customer_id=person.id, channel="app", device="Phone", last_seen_at=now),
        SessionRow(id=str(new_uuid()), customer_id=person.id, channel="web", device="Laptop", last_seen_at=now),
    ]
    if person.key in {"ada", "chiara"}:
        shade = variant("VEL-FND-240")
        rows.append(
            FactRow(
                customer_id=person.id,
                code="foundation-shade",
                label="Foundation shade",
                value=shade.value or "240",
                source="BOUGHT",
                variant_id=shade.id,
                at=linked,
            )
        )
        rows.append(
            CardRow(
                id=stable_id("StoredValueCard", person.key),
                customer_id=person.id,
                number=f"6035{person.phone[-8:]}",
                balance=Decimal("35.50"),
                currency="GBP",
                auto_reload=Decimal(20),
            )
        )
    return rows


def _membership(person: SampleCustomer, program: str, tier: str) -> MembershipRow:
    return MembershipRow(
        id=stable_id("Membership", person.key, program),
        customer_id=person.id,
        program_code=program,
        number=f"{'AC' if program == 'alder-club' else 'VC'}{person.phone[-8:]}",
        tier_code=tier,
        points=_POINTS[tier],
    )


def _movement(person: SampleCustomer, program: str, tier: str, now: datetime) -> MovementRow:
    return MovementRow(
        id=str(new_uuid()),
        membership_id=stable_id("Membership", person.key, program),
        points=_POINTS[tier],
        reason="Purchases so far",
        channel="store",
        at=now - timedelta(days=60),
        once="samples",
    )


def _activity(now: datetime) -> list[Record]:
    """What Ada looked at yesterday, on the web first and then in the app."""
    ada, rows = customer("ada").id, list[Record]()
    for index, product in enumerate(PRODUCTS[:6]):
        at, channel = now - timedelta(days=1, minutes=index), "web" if index % 2 else "app"
        touch = Touch("VIEW", channel, at, product.id, None, None)
        rows.append(
            TouchRow(
                id=str(new_uuid()),
                customer_id=ada,
                kind="VIEW",
                channel=channel,
                at=at,
                summary=summary("VIEW", product.id),
                subject_id=product.id,
                fingerprint=fingerprint(ada, touch),
            )
        )
        rows.append(BrowsedRow(customer_id=ada, product_id=product.id, channel=channel, at=at, views=1))
    return rows


def _visit(now: datetime) -> VisitRow:
    """Ben came into Oxford Street a few minutes ago, for his order A10000019."""
    place = location("LON-OXF").id
    return VisitRow(
        id=str(new_uuid()),
        customer_id=customer("ben").id,
        location_id=place,
        arrived_at=now - timedelta(minutes=4),
        noticed_by="GEOFENCE",
    )


def _ready_order(now: datetime) -> ReadyOrderRow:
    """Ada's order A10000001 of the fulfilment service's samples waits in Oxford Street."""
    return ReadyOrderRow(
        order_id=stable_id("Order", "sample", "A10000001"),
        customer_id=customer("ada").id,
        location_id=location("LON-OXF").id,
        ready_at=now - timedelta(hours=4),
    )


def _wish(wishlist: WishlistRow, sku: str, index: int, now: datetime) -> WishRow:
    at = now - timedelta(days=index + 1)
    return WishRow(wishlist_id=wishlist.id, variant_id=variant(sku).id, added_at=at, added_in="app")
