"""What callers say of sales, returns, policies and tasks."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from subgraphs.fulfilment.rules.returning import Policy, Reach
from subgraphs.fulfilment.service.recording import CodeSold, SaleTold
from subgraphs.fulfilment.service.returns import LineAsked, ReturnAsked
from subgraphs.fulfilment.types.enums import PolicyScope, ReturnReason, ReturnRequirement
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.scalars import URL, ChannelCode, IdempotencyKey
from subgraphs.kit.types.values import MoneyInput

_LEFT_OUT: Any = strawberry.UNSET


@strawberry.input(description="A purchase found by its card.")
class CardLookupInput:
    last_four: str = strawberry.field(description="Last four digits of the card.")
    day: date = strawberry.field(name="date", description="Day of purchase.")


@strawberry.input(description="A line of a sale made elsewhere.")
class OrderRecordLineInput:
    code: str = strawberry.field(description="SKU or barcode.")
    quantity: int = strawberry.field(description="Units sold.")
    unit_price: MoneyInput = strawberry.field(description="Price of one unit.")


@strawberry.input(
    description="A sale made elsewhere: in a till system, a marketplace or an ERP, or while a till was offline."
)
class OrderRecordInput:
    external_number: str = strawberry.field(
        description="Number there; with the channel it decides whether the sale is known."
    )
    channel: ChannelCode = strawberry.field(description="Channel it was made in.")
    location_id: strawberry.ID | None = strawberry.field(
        description="Store it was made in, for till sales.", default=_LEFT_OUT
    )
    placed_at: datetime = strawberry.field(description="When it was made.")
    customer_contact: str | None = strawberry.field(
        description="E-mail, phone, loyalty number or card token of the customer, if any.", default=_LEFT_OUT
    )
    lines: list[OrderRecordLineInput] = strawberry.field(description="Goods sold, up to 500 lines.")
    grand_total: MoneyInput = strawberry.field(description="Amount paid in the end.")
    carried_out: bool = strawberry.field(description="True when the goods left with the customer.")
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def told(self, sold_by: str | None) -> SaleTold:
        """The sale as the service takes it."""
        return SaleTold(
            external_number=self.external_number.strip(),
            channel=self.channel,
            location_id=str(self.location_id) if self.location_id else None,
            placed_at=self.placed_at,
            contact=self.customer_contact or None,
            lines=tuple(
                CodeSold(line.code.strip(), line.quantity, line.unit_price.amount, line.unit_price.currency)
                for line in self.lines
            ),
            total=self.grand_total.amount,
            currency=self.grand_total.currency,
            carried_out=self.carried_out,
            sold_by=sold_by,
        )


@strawberry.input(description="A line to hand back.")
class ReturnLineInput:
    order_line_id: strawberry.ID = strawberry.field(description="Line of the order the units belong to.")
    quantity: int = strawberry.field(description="Units to hand back.", default=1)
    reason: ReturnReason = strawberry.field(description="Why they go back.")
    evidence_urls: list[URL] | None = strawberry.field(
        description="Addresses of pictures of a fault.", default=_LEFT_OUT
    )


@strawberry.input(description="A return to ask for or take in.")
class ReturnCreateInput:
    order_id: strawberry.ID = strawberry.field(description="Order the goods were bought by.")
    lines: list[ReturnLineInput] = strawberry.field(description="Lines and units to hand back, up to 100.")
    location_id: strawberry.ID | None = strawberry.field(
        description="Store they are handed back in; by post when left out.", default=_LEFT_OUT
    )
    received_now: bool | None = strawberry.field(
        description="True when the associate holds the goods in hand.", default=False
    )
    exchange_for_variant_ids: list[strawberry.ID] | None = strawberry.field(
        description="Variants wanted in exchange, one per line.", default=_LEFT_OUT
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")

    def asked(self, channel: str) -> ReturnAsked:
        """The return as the service takes it.

        Raises  InvalidInput when there is not one variant in exchange for each line
        """
        wanted = [str(each) for each in self.exchange_for_variant_ids or ()]
        if wanted and len(wanted) != len(self.lines):
            raise InvalidInput("Name one variant in exchange for each line.", ("input", "exchangeForVariantIds"))
        return ReturnAsked(
            order_id=str(self.order_id),
            lines=tuple(
                LineAsked(
                    order_line_id=str(line.order_line_id),
                    quantity=line.quantity,
                    reason=str(line.reason.value),
                    evidence=tuple(line.evidence_urls or ()),
                    exchange_for=wanted[index] if wanted else None,
                )
                for index, line in enumerate(self.lines)
            ),
            location_id=str(self.location_id) if self.location_id else None,
            received=bool(self.received_now),
            channel=channel,
        )


@strawberry.input(description="A policy to set.")
class ReturnPolicyInput:
    scope: PolicyScope = strawberry.field(description="How far it reaches.")
    brand_code: str | None = strawberry.field(description="Brand code, for BRAND and narrower.", default=_LEFT_OUT)
    store_group_code: str | None = strawberry.field(description="Store group code, for STORE_GROUP.", default=_LEFT_OUT)
    location_id: strawberry.ID | None = strawberry.field(description="Store, for LOCATION.", default=_LEFT_OUT)
    window_days: int = strawberry.field(description="Days after receipt within which goods may go back.")
    requirements: list[ReturnRequirement] = strawberry.field(description="What the customer must show.")
    restocking_fee_percent: float | None = strawberry.field(
        description="Fee kept back, in percent of the refund, 0 to 100.", default=0
    )
    online_returns_in_store: bool | None = strawberry.field(
        description="True when goods bought online may be handed back in a store.", default=True
    )
    accepts_sister_brands: bool | None = strawberry.field(
        description="True when goods of sister brands are taken.", default=False
    )
    wording: str = strawberry.field(description="Wording for customers and staff.")

    def policy(self) -> Policy:
        """The policy as the rules see it."""
        return Policy(
            reach=Reach(
                str(self.scope.value),
                self.brand_code or None,
                self.store_group_code or None,
                str(self.location_id) if self.location_id else None,
            ),
            window_days=self.window_days,
            requirements=tuple(dict.fromkeys(str(each.value) for each in self.requirements)),
            fee=Decimal(str(self.restocking_fee_percent or 0)),
            online_returns_in_store=self.online_returns_in_store is not False,
            accepts_sister_brands=bool(self.accepts_sister_brands),
            wording=self.wording,
        )


@strawberry.input(description="Goods to pull from the shelf for someone who will pay in the store.")
class StorePullInput:
    location_id: strawberry.ID = strawberry.field(description="Store to pull them in.")
    reservation_ids: list[strawberry.ID] = strawberry.field(description="Holds made with reservationCreate.")
    arrive_at: datetime | None = strawberry.field(
        description="When the shopper expects to come; in half an hour when left out.", default=_LEFT_OUT
    )
    idempotency_key: IdempotencyKey = strawberry.field(description="Key for safe replay.")


@strawberry.input(description="What was found for one thing to fetch.")
class PickLineInput:
    variant_id: strawberry.ID = strawberry.field(description="Variant that was to be fetched.")
    picked: int = strawberry.field(description="Units found.")
