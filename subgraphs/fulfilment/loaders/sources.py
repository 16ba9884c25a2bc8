"""Where goods would be sent from, as the inventory tells it now."""

from __future__ import annotations

from collections.abc import Sequence

from subgraphs.fulfilment.service.building import WAREHOUSES
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.ids import stable_id
from subgraphs.kit.loaders import Loader
from subgraphs.kit.peers import PeerRefused, peers_of

_WAREHOUSES = [stable_id("Location", code) for code in sorted(set(WAREHOUSES.values()))]
_GIVEN = ", ".join(f"$w{index}: ID!" for index in range(len(_WAREHOUSES)))
_STATES = " ".join(f"w{index}: stockAt(locationId: $w{index}) {{ status }}" for index in range(len(_WAREHOUSES)))
_STOCK = f"""
query Sources($variants: [_Any!]!, {_GIVEN}) {{
  _entities(representations: $variants) {{ ... on ProductVariant {{ id availability {{ online }} {_STATES} }} }}
}}
"""
OUT = frozenset({None, "OUT_OF_STOCK"})


class InStoresOnly(Loader[str, bool]):
    """Variant → whether it can be had online although no warehouse has it; False where that cannot be asked."""

    async def batch_load_fn(self, keys: Sequence[str]) -> list[bool | None]:
        """Ask for all at once."""
        peers = peers_of(self.context.database, self.context.settings)
        if not peers.knows("inventory"):
            return [False] * len(keys)
        variables = {f"w{index}": place for index, place in enumerate(_WAREHOUSES)}
        variants = [{"__typename": "ProductVariant", "id": key} for key in keys]
        try:
            data = await peers.ask(
                "inventory", _STOCK, {"variants": variants, **variables}, channel=self.context.channel
            )
        except (ServiceUnavailable, PeerRefused):
            return [False] * len(keys)
        found: dict[str, bool] = {}
        for entity in data.get("_entities") or ():
            if entity:
                states = [(entity.get(name) or {}).get("status") for name in variables]
                online = (entity.get("availability") or {}).get("online")
                found[entity["id"]] = online not in OUT and all(state in OUT for state in states)
        return [found.get(key, False) for key in keys]
