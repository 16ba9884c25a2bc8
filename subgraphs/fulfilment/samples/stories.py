"""The orders of the sample world, as a table: who bought what where, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass

from subgraphs.kit.ids import stable_id

Items = tuple[tuple[str, int], ...]
"""SKU and units."""


@dataclass(frozen=True, slots=True)
class Story:
    """One order: who, where, what, and how far it has come.

    days    ago it was placed
    ahead   hours it is expected before (after, when negative) it was promised
    later   what of it comes by a second delivery that has not left yet
    returned    units of each line that went back
    """

    number: str
    who: str
    channel: str
    currency: str
    items: Items
    kind: str
    status: str
    days: int
    ahead: int = 0
    store: str | None = None
    later: Items = ()
    returned: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """Global id of the order."""
        return stable_id("Order", "sample", self.number)

    def line_id(self, position: int) -> str:
        """Global id of a line."""
        return stable_id("OrderLine", self.number, str(position))

    @property
    def part_id(self) -> str:
        """Global id of its first delivery or collection."""
        return stable_id("Fulfilment", self.number)


STORIES: tuple[Story, ...] = (
    Story("A10000001", "ada", "app", "GBP", (("ALD-THR-WOO", 1), ("ALD-MUG-STO-SND", 4)), "PICKUP", "READY", 1, 3, "LON-OXF"),
    Story("A10000002", "ada", "web", "GBP", (("ALD-RUG-JUT-S", 1),), "SHIPMENT", "IN_TRANSIT", 2, 26),
    Story("A10000003", "ada", "store", "GBP", (("ALD-CAN-CED", 2),), "CARRY_OUT", "DONE", 20, 0, "LON-OXF"),
    Story("A10000004", "ada", "web", "GBP", (("ALD-LIN-BED-DBL", 1), ("ALD-LIN-TOW-WHT", 2)), "SHIPMENT", "DONE", 45),
    Story("A10000005", "ben", "app", "GBP", (("ALD-SHO-TRL-42", 1),), "SHIPMENT", "PREPARING", 1, -20, "MAN-ARN"),
    Story("A10000006", "ben", "marketplace", "GBP", (("ALD-GRI-COF", 1),), "SHIPMENT", "CANCELLED", 12),
    Story("A10000007", "chiara", "velvet-web", "GBP", (("VEL-FND-240", 1),), "PICKUP", "PENDING", 0, 0, "LON-KGX"),
    Story("A10000008", "chiara", "velvet-store", "GBP", (("VEL-FND-240", 1),), "CARRY_OUT", "DONE", 60, 0, "LON-KGX"),
    Story("A10000009", "deniz", "web", "EUR", (("ALD-JKT-RAI-M", 1),), "SHIPMENT", "IN_TRANSIT", 3, 0),
    Story("A10000010", "emil", "store", "EUR", (("ALD-VAS-STE-WHT", 1),), "CARRY_OUT", "DONE", 9, 0, "BER-KUD"),
    Story("A10000011", "ben", "web", "GBP", (("ALD-MUG-STO-SND", 2),), "SHIPMENT", "DONE", 7, 0, None, (("ALD-CAN-CED", 1),)),
    Story("A10000012", "emil", "web", "EUR", (("ALD-BAG-TOT-SND", 1),), "SHIPMENT", "DONE", 15, 0, None, (), (1,)),
    Story("A10000013", "ben", "web", "GBP", (("ALD-SHO-CAN-42", 1), ("ALD-BEA-RIB-INK", 1)), "SHIPMENT", "DONE", 8),
    Story("A10000014", "chiara", "velvet-web", "GBP", (("VEL-LIP-MAT-ROS", 2), ("VEL-EYE-LIN-BLK", 1)), "SHIPMENT", "DONE", 10),
    Story("A10000015", "deniz", "store", "EUR", (("ALD-SWT-MER-M", 1),), "CARRY_OUT", "DONE", 11, 0, "BER-KUD", (), (1,)),
    Story("A10000016", "deniz", "store", "EUR", (("ALD-SWT-MER-L", 1),), "CARRY_OUT", "DONE", 8, 0, "BER-KUD"),
    Story("A10000017", "emil", "web", "EUR", (("ALD-VAS-STE-CLA", 1),), "SHIPMENT", "DONE", 30),
    Story("A10000018", "deniz", "web", "EUR", (("ALD-FRM-OAK-A4", 2),), "SHIPMENT", "DONE", 14),
    Story("A10000019", "ben", "app", "GBP", (("ALD-CAN-CED", 3),), "PICKUP", "PENDING", 0, 0, "LON-OXF"),
    Story("A10000020", "chiara", "velvet-web", "GBP", (("VEL-POW", 1),), "PICKUP", "DONE", 13, 2, "LON-KGX"),
    Story("A10000021", "chiara", "velvet-store", "GBP", (("VEL-SPO", 2),), "CARRY_OUT", "DONE", 12, 0, "LON-KGX"),
)  # fmt: skip

_BY_NUMBER = {story.number: story for story in STORIES}


def story(number: str) -> Story:
    """The sample order with this number; KeyError when there is none."""
    return _BY_NUMBER[number]
