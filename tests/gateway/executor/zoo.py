"""A second plan, for what `shop` leaves out.

Interfaces, value types from two subgraphs, nested and hidden inputs, aliases, several inputs of one fetch, and Query
below the root:

    { animals { __typename name: title ... on Cat { lives owner { id city } } ... on Dog { tricks } } kind report { total again { count } } }
"""

from __future__ import annotations

from gateway.planner.nodes import Plan

from .plans import (
    child,
    entity,
    leaf,
    nested,
    place,
    plan,
    root,
    send,
    shape,
    shown,
    typename,
    variants,
    wanted,
)

KINDS = {"WILD", "TAME"}


def zoo() -> Plan:
    places = [
        place(0, None, "", "Query", fetches=(0, 1)),
        place(1, 0, ".animals[][]", "Animal", "0:animals", fetches=(2, 5), typename="0:__typename"),
        place(2, 1, ".owner", "Owner", "0:owner", fetches=(3,), on={"Cat"}),
        place(3, 0, ".report", "Report", "0:report 1:report_1"),
        place(4, 3, ".again", "Query", "1:again", fetches=(4,)),
        place(5, 1, "-tags[]", "Tag", "0:tags"),
        place(6, 2, "-home", "Place", "0:home", typename="0:__typename"),
        place(7, 3, ".parts[]", "Part", "0:parts 1:parts"),
    ]
    tag = nested("tags", 5, wanted("name! <- 0:name"))
    home = nested("home!", 6, wanted("zip! <- 0:zip", on={"House"}), wanted("number <- 0:number"), typename=True)
    fetches = [
        root(0, "zoo"),
        root(1, "office"),
        entity(
            2,
            "lives",
            1,
            shape("Cat", "id! <- 0:id", "age <- 0:age", on={"Cat"}),
            shape("Dog", "chip! <- 0:chip", tag, on={"Dog", "Wolf"}),
        ),
        entity(3, "people", 2, shape("Owner", "id! <- 0:id", home)),
        root(4, "office", 4),
        entity(5, "lives", 1, shape("Animal", "id! <- 0:id"), after=(2,)),
    ]
    requests = [
        send(0, "zoo", 0),
        send(1, "office", 1),
        send(2, "lives", (2,), after=(0,)),
        send(3, "people", (3,), after=(0,)),
        send(4, "office", 4, after=(1,)),
        send(5, "lives", (5,), after=(2,)),
    ]
    owner = shown(2, "Owner", leaf("id", "0:id", "ID!"), leaf("city", "3:town"))
    common = (typename(), leaf("name", "0:title"), leaf("legs", "5:legs", "Int"))
    animals = variants(
        1,
        Cat=(*common, leaf("lives", "2:lives", "Int!"), child("owner", owner, "Owner")),
        Dog=(*common, leaf("tricks", "2:tricks", "[String!]")),
        Wolf=(*common, leaf("tricks", "2:tricks", "[String!]")),
    )
    report = shown(
        3,
        "Report",
        leaf("total", "0:total", "Int"),
        leaf("cost", "1:cost", "Float!"),
        leaf("extra", "1:extra", "Json"),
        child("again", shown(4, "Query", leaf("count", "4:count", "Int")), "Query!"),
        child("parts", shown(7, "Part", leaf("left", "0:left"), leaf("right", "1:right", "String!")), "[Part]!"),
    )
    output = shown(
        0,
        "Query",
        child("animals", animals, "[[Animal]!]"),
        leaf("kind", "1:kind", "Kind", enum=KINDS),
        leaf("kinds", "1:kinds", "[[Kind!]]", enum=KINDS),
        typename("what"),
        child("report", report, "Report"),
    )
    return plan(places, fetches, requests, output)


CAT = {
    "__typename": "Cat",
    "id": "c1",
    "age": 3,
    "title": "Tom",
    "owner": {"id": "o1", "home": {"__typename": "House", "zip": "123", "number": None}},
}
DOG = {"__typename": "Dog", "id": 7, "chip": 1, "title": "Rex", "tags": [{"name": "a"}, {"name": "b"}]}
WOLF = {"__typename": "Wolf", "id": "w", "chip": True, "title": "Isegrim", "tags": []}
LOST = {"__typename": "Dog", "id": None, "chip": None, "title": "Lassie", "tags": None}

ZOO = {
    "animals": [[CAT, DOG], [None, WOLF, CAT, LOST]],
    "report": {"total": 4, "parts": [{"left": "a"}, None, None]},
}
OFFICE = {
    "kind": "TAME",
    "kinds": [["WILD"], None],
    "report_1": {"cost": 1.5, "extra": {"any": [1]}, "again": {"x": 1}, "parts": [{"right": "1"}, {"right": "2"}]},
}
LIVES = {"_entities": [{"lives": 9}, {"tricks": ["sit"]}, {"tricks": None}]}
OWNERS = {"_entities": [{"town": "Ulm"}]}
AGAIN = {"count": 12}
LEGS = {"_entities": [{"legs": 4}, {"legs": 4}, {"legs": 4}]}
ZOO_ANSWERS: list[dict[str, object]] = [ZOO, OFFICE, LIVES, OWNERS, AGAIN, LEGS]  # type: ignore[list-item]
