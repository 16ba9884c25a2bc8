"""Value types: equal wherever they come from, so every subgraph may answer them (@shareable)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Self

import strawberry

from subgraphs.kit import money
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.fields import argument, field
from subgraphs.kit.scalars import CountryCode, CurrencyCode, Locale

_EVERY_SCREEN = ("watch", "tv", "feed")


@strawberry.federation.type(description="An amount of money.", shareable=True)
class Money:
    amount: Decimal = field(
        description="Amount in major units (pounds, not pence), with the currency's own number of decimals.",
        tags=_EVERY_SCREEN,
    )
    currency: CurrencyCode = field(description="Currency of the amount.", tags=_EVERY_SCREEN)

    @field(
        description="Ready-to-print text, e.g. £19.99, for screens with no formatter of their own.",
        tags=("watch", "tv"),
    )
    def formatted(
        self,
        locale: Annotated[
            Locale | None, argument("Language to format for; the request's language when left out.")
        ] = strawberry.UNSET,
    ) -> str:
        return money.formatted(self.amount, self.currency, locale or None)

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Self:
        """The amount rounded to the currency's decimals."""
        return cls(amount=money.quantize(amount, currency), currency=CurrencyCode(currency))


@strawberry.input(description="An amount of money given by a caller.")
class MoneyInput:
    amount: Decimal = strawberry.field(
        description="Amount in major units (pounds, not pence), with no more decimals than the currency has."
    )
    currency: CurrencyCode = strawberry.field(description="Currency of the amount.")

    def positive(self, *path: str) -> Decimal:
        """The amount, checked: above zero and payable in its currency; else `InvalidInput` at `path`."""
        if self.amount <= 0:
            raise InvalidInput("The amount must be above zero", (*path, "amount"))
        if not money.is_exact(self.amount, self.currency):
            message = f"{self.currency} has {money.exponent(self.currency)} decimals"
            raise InvalidInput(message, (*path, "amount"))
        return self.amount


@strawberry.federation.type(description="A position on earth (WGS 84).", shareable=True)
class GeoPoint:
    latitude: float = field(description="Degrees north of the equator; negative to its south.", tags=("watch",))
    longitude: float = field(description="Degrees east of Greenwich; negative to its west.", tags=("watch",))


@strawberry.input(description="A position given by a caller (WGS 84).")
class GeoPointInput:
    latitude: float = strawberry.field(description="Degrees north of the equator, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich, -180 to 180.")

    def checked(self, *path: str) -> tuple[float, float]:
        """Latitude and longitude, or `InvalidInput` when they are not on earth."""
        if not -90 <= self.latitude <= 90:
            raise InvalidInput("Latitude must be between -90 and 90", (*path, "latitude"))
        if not -180 <= self.longitude <= 180:
            raise InvalidInput("Longitude must be between -180 and 180", (*path, "longitude"))
        return self.latitude, self.longitude


@strawberry.federation.type(description="A postal address.", shareable=True)
class PostalAddress:
    lines: list[str] = field(description="Street lines, first to last.", tags=("pii",))
    city: str = field(description="Town or city.", tags=("watch",))
    region: str | None = field(description="State, county or province; null where addresses have none.")
    postcode: str | None = field(description="Postal code; null in a country without them.", tags=("watch",))
    country: CountryCode = field(description="Country.", tags=("watch",))


@strawberry.input(description="A postal address given by a caller.")
class PostalAddressInput:
    recipient: str | None = strawberry.field(description="Name of the person to deliver to.", default=strawberry.UNSET)
    lines: list[str] = strawberry.field(description="Street lines, first to last.")
    city: str = strawberry.field(description="Town or city.")
    region: str | None = strawberry.field(
        description="State, county or province, where addresses have one.", default=strawberry.UNSET
    )
    postcode: str | None = strawberry.field(
        description="Postal code, where the country has them.", default=strawberry.UNSET
    )
    country: CountryCode = strawberry.field(description="Country.")
    phone: str | None = strawberry.field(description="Phone number in E.164 form.", default=strawberry.UNSET)


@strawberry.federation.type(description="Where a page of a Relay connection sits in the whole list.", shareable=True)
class PageInfo:
    has_next_page: bool = field(description="True when more items follow.", tags=("tv", "feed", "watch"))
    has_previous_page: bool = field(description="True when items precede.")
    start_cursor: str | None = field(description="Cursor of the first item of the page; null on an empty page.")
    end_cursor: str | None = field(
        description="Cursor of the last item of the page, to be passed as after; null on an empty page.",
        tags=("tv", "feed", "watch"),
    )


@strawberry.input(description="A span of days for reports, both ends included.")
class DateRangeInput:
    from_: date = strawberry.field(name="from", description="First day.")
    to: date = strawberry.field(description="Last day.")


@strawberry.enum(description="Width of one bucket of a report.")
class ReportGrain(Enum):
    DAY = strawberry.enum_value("DAY", description="One bucket per day.")
    WEEK = strawberry.enum_value("WEEK", description="One bucket per ISO week.")
    MONTH = strawberry.enum_value("MONTH", description="One bucket per calendar month.")
    TOTAL = strawberry.enum_value("TOTAL", description="One bucket for the whole span.")
