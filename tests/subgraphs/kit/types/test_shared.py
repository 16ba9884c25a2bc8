"""Shared types are printed exactly as the target schemas have them: names, types, words, directives."""

from __future__ import annotations

import importlib.util
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import strawberry

from subgraphs.kit.federation import FederatedSchema
from subgraphs.kit.fields import field
from subgraphs.kit.scalars import GTIN, URL, IdempotencyKey
from subgraphs.kit.types import errors, stubs, values

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("sdl_difference", HERE.parents[1] / "sdl_difference.py")
sdl = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sdl)

STUBS = [
    stubs.Brand,
    stubs.Cart,
    stubs.Channel,
    stubs.Location,
    stubs.Order,
    stubs.Product,
    stubs.ProductVariant,
    stubs.Reservation,
    stubs.StoreGroup,
    stubs.Transfer,
]
ERRORS = [errors.NotFoundError, errors.InvalidInputError, errors.NotPermittedError, errors.WrongStateError]


@strawberry.type
class Query:
    money: values.Money = field(description="")
    point: values.GeoPoint = field(description="")
    address: values.PostalAddress = field(description="")
    page: values.PageInfo = field(description="")

    @field(description="")
    def takes(
        self,
        money: values.MoneyInput,
        point: values.GeoPointInput,
        address: values.PostalAddressInput,
        range: values.DateRangeInput,
        grain: values.ReportGrain,
        at: datetime,
        day: date,
        length: timedelta,
        gtin: GTIN,
        url: URL,
        key: IdempotencyKey,
    ) -> int:
        return 1


@pytest.fixture(scope="module")
def printed():
    return FederatedSchema(query=Query, types=[*STUBS, *ERRORS]).as_str()


def test_nothing_differs_from_the_target(printed):
    found = sdl.differences(printed, (HERE / "shared.graphql").read_text())
    assert [line for line in found if not line.startswith("Query")] == []


def test_nothing_is_missing(printed):
    assert sdl.missing(printed, (HERE / "shared.graphql").read_text()) == []


def test_every_stub_has_its_owners_words():
    for stub in STUBS:
        definition = stub.__strawberry_definition__
        assert definition.description == stubs.OWNER_TEXT[definition.name]
