"""Reports on orders."""

from datetime import date
from decimal import Decimal
from typing import Self

import strawberry

from subgraphs.fulfilment.service.reports import Sales
from subgraphs.kit.fields import field
from subgraphs.kit.types.stubs import Brand, Channel
from subgraphs.kit.types.values import Money


@strawberry.type(description="Sales of one span.")
class SalesPoint:
    bucket: date = field(description="First day of the bucket.")
    channel: Channel | None = field(description="Channel; null for all.")
    brand: Brand | None = field(description="Brand; null for all.")
    orders: int = field(description="Orders.")
    units: int = field(description="Units.")
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
