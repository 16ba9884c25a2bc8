"""One plan that uses most of what a plan can say: products and users, reviews of both, authors, stock.

{ topProducts { upc name inStock reviews { id body author { name } } } users { id name reviews { body product { name } } } }

0 products  topProducts          1 accounts  users
2 reviews   Product at 1, User at 2 (two lookups in one request)
3 inventory Product at 1, with price and weight
4 accounts  User at 4 (authors of reviews)
5 products  Product at 6 (products of users' reviews)
"""

from __future__ import annotations

import orjson

from gateway.executor.execution import Execution, Outgoing
from gateway.planner.nodes import Plan
from gateway.transport.base import SubgraphResponse

from .plans import child, entity, leaf, place, plan, root, send, shape, shown, typename


def shop(*, name_of: str = "String", body_of: str = "String", author_of: str = "User") -> Plan:
    """The plan; the types of some fields can be chosen, to see nulls go up."""
    places = [
        place(0, None, "", "Query", fetches=(0, 1)),
        place(1, 0, ".topProducts[]", "Product", "0:topProducts", fetches=(2, 4)),
        place(2, 0, ".users[]", "User", "1:users", fetches=(3,)),
        place(3, 1, ".reviews[]", "Review", "2:reviews"),
        place(4, 3, ".author", "User", "2:author", fetches=(5,)),
        place(5, 2, ".reviews[]", "Review", "3:reviews"),
        place(6, 5, ".product", "Product", "3:product", fetches=(6,)),
    ]
    fetches = [
        root(0, "products"),
        root(1, "accounts"),
        entity(2, "reviews", 1, shape("Product", "upc! <- 0:upc")),
        entity(3, "reviews", 2, shape("User", "id! <- 1:id"), after=(1,)),
        entity(4, "inventory", 1, shape("Product", "upc! <- 0:upc", "price <- 0:price")),
        entity(5, "accounts", 4, shape("User", "id! <- 2:id"), after=(2,)),
        entity(6, "products", 6, shape("Product", "upc! <- 3:upc"), after=(3,)),
    ]
    requests = [
        send(0, "products", 0),
        send(1, "accounts", 1),
        send(2, "reviews", (2,), (3,), after=(0, 1)),
        send(3, "inventory", (4,), after=(0,)),
        send(4, "accounts", (5,), after=(2,)),
        send(5, "products", (6,), after=(2,)),
    ]
    author = shown(4, "User", leaf("id", "2:id", "ID!"), leaf("name", "5:name", name_of))
    reviewed = shown(6, "Product", leaf("upc", "3:upc", "ID!"), leaf("name", "6:name", name_of))
    output = shown(
        0,
        "Query",
        child(
            "topProducts",
            shown(
                1,
                "Product",
                leaf("upc", "0:upc", "ID!"),
                leaf("name", "0:name"),
                leaf("inStock", "4:inStock", "Boolean"),
                child(
                    "reviews",
                    shown(3, "Review", typename(), leaf("body", "2:body", body_of), child("author", author, author_of)),
                    "[Review!]",
                ),
            ),
            "[Product]",
        ),
        child(
            "users",
            shown(
                2,
                "User",
                leaf("id", "1:id", "ID!"),
                leaf("name", "1:name"),
                child(
                    "reviews",
                    shown(5, "Review", leaf("body", "3:body"), child("product", reviewed, "Product")),
                    "[Review]",
                ),
            ),
            "[User]",
        ),
    )
    return plan(places, fetches, requests, output)


PRODUCTS = {"topProducts": [{"upc": "p1", "name": "Table", "price": 9}, {"upc": "p2", "name": "Couch", "price": 7}]}
USERS = {"users": [{"id": "u1", "name": "Ada"}, {"id": "u2", "name": "Bob"}]}


def review(body: str, product: str, author: str) -> dict[str, object]:
    return {"body": body, "author": {"id": author}, "product": {"upc": product}}


REVIEWS = {
    "_e0": [
        {"reviews": [review("fine", "p1", "u1"), review("good", "p1", "u2")]},
        {"reviews": [review("soft", "p2", "u1")]},
    ],
    "_e1": [
        {"reviews": [review("fine", "p1", "u1"), review("soft", "p2", "u1")]},
        {"reviews": [review("good", "p1", "u2")]},
    ],
}
STOCK = {"_entities": [{"inStock": True}, {"inStock": False}]}
AUTHORS = {"_entities": [{"name": "Ada L."}, {"name": "Bob K."}]}
NAMES = {"_entities": [{"name": "The table"}, {"name": "The couch"}]}
ANSWERS: list[dict[str, object]] = [PRODUCTS, USERS, REVIEWS, STOCK, AUTHORS, NAMES]  # type: ignore[list-item]


def reply(data: object = None, status: int = 200, **more: object) -> SubgraphResponse:
    """A subgraph's answer."""
    body = {**({} if data is None else {"data": data}), **more}
    return SubgraphResponse(status, {"content-type": "application/json"}, orjson.dumps(body))


def sent(outgoing: Outgoing) -> dict[str, object]:
    """The variables of a request."""
    variables: dict[str, object] = orjson.loads(outgoing.body)["variables"]
    return variables


def run(execution: Execution, answers: dict[int, object]) -> dict[str, object]:
    """Answer each request from `answers`: data, or a whole outcome; the oldest first."""
    waiting = execution.ready()
    while waiting:
        outgoing = waiting.pop(0)
        outcome = answers[outgoing.request_id]
        waiting += execution.feed(outgoing.request_id, reply(outcome) if isinstance(outcome, dict) else outcome)  # type: ignore[arg-type]
    return execution.answer()
