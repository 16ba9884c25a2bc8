from __future__ import annotations

from subgraphs.inventory.rules.location import LocationKind, StoreService, promises_online, serves_brand


def test_warehouses_and_stores_that_send_stand_behind_the_online_promise():
    assert promises_online(LocationKind.WAREHOUSE, frozenset())
    assert promises_online(LocationKind.DARK_STORE, frozenset())
    assert promises_online(LocationKind.STORE, frozenset({StoreService.SHIP_FROM_STORE}))
    assert not promises_online(LocationKind.STORE, frozenset({StoreService.PICKUP}))


def test_shared_places_serve_every_brand_and_others_their_own():
    assert serves_brand(None, "alder")
    assert serves_brand("alder", "alder")
    assert not serves_brand("alder", "velvet")
    assert serves_brand("alder", None)
