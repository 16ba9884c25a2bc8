"""A guarded field takes any argument a schema may name."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import pytest

from subgraphs.kit.errors import Unauthenticated
from subgraphs.kit.fields import Guard
from subgraphs.kit.identity import Viewer


def asked(viewer: Viewer) -> Any:
    return SimpleNamespace(context=SimpleNamespace(viewer=viewer))


def answer(_source: Any, _info: Any, /, **given: Any) -> dict[str, Any]:
    return given


async def later(_source: Any, _info: Any, /, **given: Any) -> dict[str, Any]:
    return given


@pytest.mark.parametrize("name", ["source", "info", "next_", "self"])
async def test_an_argument_may_have_the_name_of_what_a_resolver_is_given(name):
    guard, info = Guard(()), asked(Viewer(customer_id="cus_1"))
    assert guard.resolve(answer, None, info, **{name: "web"}) == {name: "web"}
    assert await guard.resolve_async(later, None, info, **{name: "web"}) == {name: "web"}


async def test_nobody_who_is_not_signed_in_gets_by():
    guard, info = Guard(()), asked(Viewer())
    with pytest.raises(Unauthenticated):
        guard.resolve(answer, None, info)
    with pytest.raises(Unauthenticated):
        await guard.resolve_async(later, None, info)
    assert inspect.iscoroutinefunction(guard.resolve_async)
