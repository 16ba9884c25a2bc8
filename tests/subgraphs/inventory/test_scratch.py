from subgraphs.inventory.app import create_app
from subgraphs.kit.sample_world import location, variant, customer


async def test_x(subgraph):
    s = await subgraph(create_app, sample_data=True, debug=True)
    a = await s.execute(
        "query($near: GeoPointInput!, $v: ID!){ locations(near:$near, radiusKm:400, stockOf:[{variantId:$v, quantity:1}], services:[PICKUP], first:5) { edges{ distance{formatted} stock{status band pickupReadyAt transferReadyAt} node{id name isOpen nextChangeAt address{lines city postcode country} position{latitude longitude}} } } }",
        {"near": {"latitude": 51.5, "longitude": -0.12}, "v": variant("ALD-JKT-RAI-M").id},
    )
    print(a.data, a.errors)
    with s.statements() as c:
        a = await s.entities(
            "ProductVariant",
            [{"id": v} for v in (variant("ALD-JKT-RAI-M").id, variant("VEL-FND-240").id)] + [{"sku": "ALD-WAT-VIN"}],
            'id sku availability{online inStores onlineBand maxOrderQuantity restockAt storesInStock asOf} stockNearby(near:{latitude:51.5,longitude:-0.12}, first:3){location{name isOpen} status band pickupReadyAt distance{formatted}} transferOptions(toLocationId:"%s"){quoteId arrivesAt fee{formatted} from{id name} validUntil}'
            % location("LON-OXF").id,
        )
    print(a.data, a.errors, c.sql)
