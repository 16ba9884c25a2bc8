"""Options of products, the values chosen of them, and facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Self

import strawberry

from subgraphs.catalog.models import ProductRow
from subgraphs.catalog.types.media import MediaImage, image
from subgraphs.kit.fields import field, list_size


@strawberry.federation.type(description="A colour chip.")
class Swatch:
    """A colour, for materials and shades."""

    hex: str | None = field(description="Colour as #RRGGBB; null when there is only a picture.")
    image: MediaImage | None = field(description="Picture of the finish; null when there is only a colour.")
    undertone: str | None = field(
        description="Cosmetic undertone, e.g. warm, cool or neutral; null where it does not apply."
    )

    @classmethod
    def of(cls, chip: Mapping[str, Any] | None) -> Self | None:
        """The chip as stored; None when it says nothing."""
        if not chip or not chip.keys() & {"hex", "image", "undertone"}:
            return None
        return cls(hex=chip.get("hex"), image=image(chip.get("image")), undertone=chip.get("undertone"))


@strawberry.federation.type(description="One value of an option.")
class ProductOptionValue:
    """A value that can be chosen."""

    value: str = field(description="Value, e.g. 240 Warm Beige.")
    swatch: Swatch | None = field(description="Colour chip, for colours and shades; else null.")


@strawberry.federation.type(description="One axis on which variants differ.")
class ProductOption:
    """What can be chosen."""

    name: str = field(description="Name of the axis, e.g. Shade.")
    values: list[ProductOptionValue] = field(description="Values in display order.", size=list_size(assumed=12))

    @classmethod
    def of(cls, option: Mapping[str, Any]) -> Self:
        """The option as stored."""
        values = [ProductOptionValue(value=one["value"], swatch=Swatch.of(one)) for one in option["values"]]
        return cls(name=option["name"], values=values)


@strawberry.federation.type(description="A chosen value of an option.")
class SelectedOption:
    """A choice."""

    name: str = field(description="Option name.", tags=("feed",))
    value: str = field(description="Chosen value.", tags=("feed",))


@strawberry.input(description="A chosen value of an option, given by a caller.")
class SelectedOptionInput:
    """A choice."""

    name: str = strawberry.field(description="Option name.")
    value: str = strawberry.field(description="Chosen value.")


@strawberry.federation.type(description="One fact about a product.")
class ProductAttribute:
    """A fact."""

    code: str = field(description="Stable code.")
    label: str = field(description="Label.")
    value: str = field(description="Value as text.")
    unit: str | None = field(description="Unit, when the value is a number; else null.")

    @classmethod
    def of(cls, fact: Mapping[str, Any]) -> Self:
        """The fact as stored."""
        return cls(code=fact["code"], label=fact["label"], value=fact["value"], unit=fact.get("unit"))


@strawberry.federation.type(description="Who may buy a product and from when.")
class ProductAccess:
    """The product's terms; what they mean for the caller says `ProductVariant.purchasable`."""

    members_only: bool = field(description="True when only members may buy.")
    tiers: list[str] = field(description="Tiers that may buy; empty for all members.", size=list_size(assumed=2))
    member_release_at: datetime | None = field(description="When members may buy; null for no day of their own.")
    public_release_at: datetime | None = field(
        description="When everyone may buy; null when it was never held back, or is for members for good."
    )

    @classmethod
    def of(cls, row: ProductRow) -> Self:
        """The terms of a product."""
        return cls(
            members_only=row.members_only,
            tiers=list(row.tiers),
            member_release_at=row.member_release_at,
            public_release_at=row.public_release_at,
        )


@strawberry.enum(description="Why related products are shown.")
class RelatedIntent(Enum):
    """See the descriptions."""

    SIMILAR = strawberry.enum_value("SIMILAR", description="Could be bought instead.")
    COMPLETE_THE_LOOK = strawberry.enum_value("COMPLETE_THE_LOOK", description="Goes with it.")
    ACCESSORY = strawberry.enum_value("ACCESSORY", description="Accessory or refill.")
    UPGRADE = strawberry.enum_value("UPGRADE", description="Dearer or newer choice.")
