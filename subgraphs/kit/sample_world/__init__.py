"""The names that all five sample worlds share: brands, channels, goods, places, people. docs/sample_world.md prints them.

No service imports another, yet a sample order must name a variant that the sample catalogue sells and a store that
the sample inventory keeps. So the names stand here, once; everything else about a thing stands in the service that
owns it (`subgraphs/<domain>/samples.py`). Ids follow from natural keys by `ids.stable_id`; nothing here is random.
"""

from __future__ import annotations

from subgraphs.kit.sample_world.goods import PRODUCTS, VARIANTS, SampleProduct, SampleVariant, variant
from subgraphs.kit.sample_world.names import (
    BRANDS,
    CHANNELS,
    PROGRAMS,
    PROMOTIONS,
    REWARDS,
    SEGMENTS,
    promotion_id,
    reward_id,
)
from subgraphs.kit.sample_world.people import CUSTOMERS, SampleCustomer, customer
from subgraphs.kit.sample_world.places import LOCATIONS, STORE_GROUPS, SampleLocation, location

__all__ = [
    "BRANDS",
    "CHANNELS",
    "CUSTOMERS",
    "LOCATIONS",
    "PRODUCTS",
    "PROGRAMS",
    "PROMOTIONS",
    "REWARDS",
    "SEGMENTS",
    "STORE_GROUPS",
    "VARIANTS",
    "SampleCustomer",
    "SampleLocation",
    "SampleProduct",
    "SampleVariant",
    "customer",
    "location",
    "promotion_id",
    "reward_id",
    "variant",
]
