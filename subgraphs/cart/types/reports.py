"""Reports and lists for those who look after carts."""

from datetime import date
from typing import Self

import strawberry

from subgraphs.cart.service.promotions import Performance
from subgraphs.cart.service.reports import Funnel
from subgraphs.cart.types.cart import Cart
from subgraphs.cart.types.enums import CartChangeCause
from subgraphs.cart.types.promotions import Channel, Promotion
from subgraphs.kit.fields import field
from subgraphs.kit.types.values import Money, PageInfo


@strawberry.type(description="How carts of one span ended.")
class CartFunnelPoint:
    bucket: date = field(description="First day of the bucket.")
    started_in: Channel | None = field(description="Channel the carts were started in; null for all.")
    carts: int = field(description="Carts with at least one line.")
    ordered: int = field(description="Carts that became orders.")
    ordered_elsewhere: int = field(description="Carts that became orders in another channel than they started in.")
    abandoned: int = field(description="Carts abandoned.")
    recovered: int = field(description="Abandoned carts that became orders later.")
    abandonment_rate: float = field(description="Abandoned over all, 0 to 1.")
    recovery_rate: float = field(description="Recovered over abandoned, 0 to 1.")
    value_abandoned: Money = field(description="Value left in abandoned carts.")

    @classmethod
    def of(cls, point: Funnel) -> Self:
        """A point as added up."""
        return cls(
            bucket=point.bucket,
            started_in=None if point.started_in is None else Channel.of(point.started_in),
            carts=point.carts,
            ordered=point.ordered,
            ordered_elsewhere=point.ordered_elsewhere,
            abandoned=point.abandoned,
            recovered=point.recovered,
            abandonment_rate=point.abandoned / point.carts if point.carts else 0.0,
            recovery_rate=point.recovered / point.abandoned if point.abandoned else 0.0,
            value_abandoned=Money.of(point.value_abandoned, point.currency),
        )


@strawberry.type(description="How a promotion did in one channel.")
class PromotionPerformance:
    promotion: Promotion = field(description="Promotion.")
    channel: Channel = field(description="Channel.")
    shown: int = field(description="Times it was shown.")
    redeemed: int = field(description="Times it was used.")
    wrongly_refused: int = field(description="Times it was refused although it should have been honoured.")
    cost: Money = field(description="Money given away.")
    sales: Money = field(description="Sales it was part of.")

    @classmethod
    def of(cls, promotion: Promotion, how: Performance) -> Self:
        """An offer's figures in a channel."""
        return cls(
            promotion=promotion,
            channel=Channel.of(how.channel),
            shown=how.shown,
            redeemed=how.redeemed,
            wrongly_refused=how.refused,
            cost=Money.of(how.cost, how.currency),
            sales=Money.of(how.sales, how.currency),
        )


@strawberry.type(description="One cart in a connection.")
class CartEdge:
    cursor: str = field(description="Cursor of the item.")
    node: Cart = field(description="The cart.")


@strawberry.type(description="A page of carts.")
class CartConnection:
    edges: list[CartEdge] = field(description="Items with cursors.")
    nodes: list[Cart] = field(description="Items alone.")
    page_info: PageInfo = field(description="Where the page sits.")
    total_count: int = field(description="How many there are in all.")


@strawberry.type(description="News about a cart.")
class CartChange:
    cart: Cart = field(description="The cart.")
    cause: CartChangeCause = field(description="Why.")
    by_channel: Channel | None = field(description="Channel that caused it.")
    by_device: str | None = field(description="Device that caused it; lets a client skip its own echo.")

    @classmethod
    def of(cls, cart: Cart) -> Self:
        """The last change of a cart."""
        row = cart.row
        return cls(
            cart=cart,
            cause=CartChangeCause(row.changed_why),
            by_channel=None if row.changed_in is None else Channel.of(row.changed_in),
            by_device=row.changed_by,
        )
