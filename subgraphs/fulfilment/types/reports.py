"""Reports on orders."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Self

import strawberry

from subgraphs.fulfilment.service.reports.carriers import CarrierDid
from subgraphs.fulfilment.service.reports.pickups import Pickups
from subgraphs.fulfilment.service.reports.returns import CameBack
from subgraphs.fulfilment.service.reports.sales import Sales
from subgraphs.fulfilment.types.enums import ReturnReason
from subgraphs.fulfilment.types.fulfilment import Carrier
from subgraphs.fulfilment.types.place import Brand, Location
from subgraphs.kit.context import Info
from subgraphs.kit.fields import field
from subgraphs.kit.types.stubs import Channel
from subgraphs.kit.types.values import Money


@strawberry.type(description="Sales of one span.")
class SalesPoint:
    bucket: date = field(description="First day of the bucket.")
    channel: Channel | None = field(description="Channel; null for all.")
    brand: Brand | None = field(description="Brand; null for all.")
    orders: int = field(description="Orders placed in that time.")
    units: int = field(description="Units sold in that time.")
    sales: Money = field(description="Sales after offers, before returns.")
    average_order_value: Money = field(description="Average order value.")
    cost: Money = field(description="Cost of goods, delivery, fees and offers.")
    contribution: Money = field(description="Sales less cost.")
    new_customer_orders: int = field(description="Orders by customers who had not bought before.")

    @classmethod
    def of(cls, point: Sales) -> Self:
        """A point of the report. Sums are given to the last digit: only the average is rounded."""
        average = point.sales / point.orders if point.orders else Decimal(0)
        return cls(
            bucket=point.bucket,
            channel=Channel.of(point.channel) if point.channel else None,
            brand=Brand(code=point.brand) if point.brand else None,
            orders=point.orders,
            units=point.units,
            sales=_exact(point.sales, point.currency),
            average_order_value=Money.of(average, point.currency),
            cost=_exact(point.cost, point.currency),
            contribution=_exact(point.sales - point.cost, point.currency),
            new_customer_orders=point.new_customer_orders,
        )


def _exact(amount: Decimal, currency: str) -> Money:
    """A sum as it is: an imported ledger has amounts finer than the currency's smallest coin."""
    rounded = Money.of(amount, currency)
    return rounded if rounded.amount == amount else Money(amount=amount.normalize(), currency=rounded.currency)


@strawberry.type(description="How collections of one span did.")
class PickupStat:
    bucket: date = field(description="First day of the bucket.")
    location: Location | None = field(description="Store; null for all.")
    pickups: int = field(description="Collections in that time.")
    ready_on_time: float = field(description="Share ready by the promised time, 0 to 1.")
    median_wait: timedelta = field(description="Median wait of customers in the store.")
    attach_rate: float = field(
        description="Share of collections followed by another purchase on the same visit, 0 to 1."
    )
    average_attach_value: Money = field(description="Average value of that other purchase.")

    @classmethod
    def of(cls, point: Pickups) -> Self:
        """A point of the report."""
        return cls(
            bucket=point.bucket,
            location=Location.of(point.location) if point.location else None,
            pickups=point.count,
            ready_on_time=point.ready_on_time,
            median_wait=point.wait,
            attach_rate=point.attach_rate,
            average_attach_value=Money.of(point.attach_value, point.currency),
        )


@strawberry.type(description="How a carrier did.")
class CarrierPerformance:
    code: strawberry.Private[str]

    @field(description="Carrier.")
    async def carrier(self, info: Info) -> Carrier:
        return await Carrier.resolve_reference(info, self.code) or Carrier(code=self.code, name=self.code)

    shipments: int = field(description="Shipments in that time.")
    on_time: float = field(description="Share delivered by the promised time, 0 to 1.")
    loss_rate: float = field(description="Share lost or damaged, 0 to 1.")
    average_cost: Money = field(description="Average cost of one shipment.")

    @classmethod
    def of(cls, did: CarrierDid) -> Self:
        """A row of the report."""
        return cls(
            code=did.carrier,
            shipments=did.shipments,
            on_time=did.on_time,
            loss_rate=did.loss,
            average_cost=Money.of(did.cost, did.currency),
        )


@strawberry.type(description="How many goods came back.")
class ReturnsPoint:
    bucket: date = field(description="First day of the bucket.")
    bought_in: Channel | None = field(description="Channel of the purchase; null for all.")
    returned_in: Channel | None = field(description="Channel of the return; null for all.")
    units_sold: int = field(description="Units sold in that time.")
    units_returned: int = field(description="Units returned in that time.")
    rate: float = field(description="Returned over sold, 0 to 1.")
    top_reason: ReturnReason | None = field(description="Most common reason; null when nothing was returned.")

    @classmethod
    def of(cls, point: CameBack) -> Self:
        """A point of the report; what came back in a bucket may have been sold in an earlier one: the share stops at 1."""
        return cls(
            bucket=point.bucket,
            bought_in=Channel.of(point.bought_in),
            returned_in=Channel.of(point.returned_in) if point.returned_in else None,
            units_sold=point.sold,
            units_returned=point.returned,
            rate=min(1.0, point.returned / point.sold) if point.sold else float(point.returned > 0),
            top_reason=ReturnReason(point.top_reason) if point.top_reason else None,
        )
