"""The printed schema lies within the target schema, name for name, but for what is listed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from subgraphs.fulfilment.schema import schema

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("sdl_difference", HERE.parent / "sdl_difference.py")
sdl = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sdl)

BEYOND = {
    # for the cart's checkout: inaccessible, scope system:write
    "Mutation.orderPlace is not in the target",
    "OrderPlaceInput is not in the target",
    "OrderPlaceLineInput is not in the target",
    "OrderPlacePaymentInput is not in the target",
    "OrderPlaceResult is not in the target",
    "OrderPlaceSourceInput is not in the target",
    # for whoever sends messages: inaccessible, scope system:write
    "Mutation.orderInvite is not in the target",
    "OrderInvitation is not in the target",
    # a link taken up at sign-in, and revoked; the door's check; a rule taken away
    "Mutation.orderClaim is not in the target",
    "Mutation.orderLinksRevoke is not in the target",
    "Mutation.exitPassCheck is not in the target",
    "Mutation.returnPolicyRemove is not in the target",
    "ReturnPolicyResult = NotFoundError is not in the target",
    "ReturnPolicyResult = WrongStateError is not in the target",
    # which goods they are decides whether a store sends them
    (
        "Cart.deliveryOptions: the list of directives is ['@cost(weight: 5)', '@listSize(assumedSize: 4)',"
        " '@requires(fields: \"lines { quantity variant { id weightGrams shippingClass } }\")'], the target has"
        " ['@cost(weight: 5)', '@listSize(assumedSize: 4)',"
        " '@requires(fields: \"lines { quantity variant { weightGrams shippingClass } }\")']"
    ),
    # a page of goods comes without quotes when this service is down
    "Cart.deliveryOptions: the type is '[DeliveryOption!]', the target has '[DeliveryOption!]!'",
    "ProductVariant.deliveryOptions: the type is '[DeliveryOption!]', the target has '[DeliveryOption!]!'",
}
UNUSED = {"GTIN", "GeoPoint", "GeoPointInput"}
"""Shared types of the target that nothing of this subgraph refers to, so that they are not printed."""


def test_nothing_is_printed_that_the_target_has_not_or_has_otherwise():
    assert set(sdl.differences(schema.as_str(), (HERE / "target.graphql").read_text())) == BEYOND


def test_nothing_is_missing_but_what_nothing_refers_to():
    assert set(sdl.missing(schema.as_str(), (HERE / "target.graphql").read_text())) == UNUSED
