"""What the graph promises its users, row by row: the five sections that touch the shop floor.

Letters are sections (A touchpoints, C catalogue and content, D stock and stores, E cart and checkout, F orders and
returns). `docs/features.md` prints them with the tests that prove them.
"""

from __future__ import annotations

from dataclasses import dataclass

SECTIONS = {
    "A": "Touchpoints and channels",
    "C": "Catalogue, content and experience",
    "D": "Stock, stores and transfers",
    "E": "Cart, offers and checkout",
    "F": "Orders, fulfilment, returns, policies",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One promise: its number, what a user can do, and the subgraphs (or the gateway) that answer for it."""

    number: str
    does: str
    owner: str


def _rows(section: str, *rows: tuple[str, str]) -> tuple[Row, ...]:
    return tuple(Row(f"{section}{index}", does, owner) for index, (does, owner) in enumerate(rows, start=1))


ROWS: tuple[Row, ...] = (
    *_rows(
        "A",
        ("A web page lists products with facets, price, rating and stock in one request", "catalog, customer"),
        ("The app's home screen is one query: greeting, points, orders, cart count, rows", "catalog"),
        ("A watch shows an order's state and pickup code in 512 bytes and one fetch", "fulfilment"),
        ("A television draws rows of tiles from one request and pages a row alone", "catalog"),
        ("An appliance's channel, opened as data, adds to its owner's cart", "catalog, cart, customer"),
        ("A voice assistant answers “where is my order” by one speakable line", "catalog, fulfilment, customer"),
        ("A mirror in the store gets the models of every shade that is in stock there", "catalog, customer"),
        ("A kiosk compares one item's price between channels, with this store's stock", "catalog, inventory"),
        ("A visit from a social network keeps its source in the person's timeline", "catalog, customer"),
        ("Marketplace accounts connect; listings go stale by a change and are synced", "catalog"),
        ("Local surfaces read which store has what, and how soon it can be collected", "inventory"),
        ("Content touches and a newsletter consent join the person once known", "customer"),
        ("A channel is opened at runtime on the existing goods and prices", "catalog"),
        ("A channel is closed: no new carts, old orders stay, no other channel changes", "catalog"),
        ("Six contracts are cut from one supergraph", "gateway"),
        ("An item that is sold in stores only is found online and cannot be bought there", "catalog"),
        ("Web, app and store make one timeline, one cart, one order", "cart, fulfilment, customer"),
    ),
    *_rows(
        "C",
        ("The category tree loads level by level; a product knows its path", "catalog"),
        ("A change entered once is seen in web, kiosk, feed and till", "catalog"),
        ("Editors' text and product rows come as one ordered list of blocks", "catalog"),
        ("One asset is served in every size by argument", "catalog"),
        ("Content refers to live products, prices and stock, never copies", "catalog, cart"),
        ("A banner resolves to its running offer and goes when the offer ends", "catalog, cart"),
        ("Marketing publishes a page to several channels and previews it for a segment", "catalog"),
        ("A subgraph can be replaced by a stub of the same SDL", "gateway"),
        ("A review written in one channel is read in another, with its purchase mark", "catalog"),
        ("Four products are compared by id in one query", "catalog"),
        ("Every channel reads one brand voice and identity", "catalog"),
        ("Two brands with their own channels and stores share one catalogue", "catalog, inventory"),
        ("Models for the room and the body have true sizes; a try-on is found again", "catalog, customer"),
        ("Recommendations follow the customer and hold only what the channel sells", "catalog, customer"),
        ("Standard feeds are imported; every refused row is explained", "catalog"),
        ("Members buy before the public; a guest is told when", "catalog"),
    ),
    *_rows(
        "D",
        ("A sale at the till lowers the promise online before the next read", "inventory"),
        ("Never more is promised than on hand less reserved less safety stock", "inventory"),
        ("An empty shelf opens a discrepancy that names the channels which oversold", "inventory"),
        ("Stock of one item over all locations pages in one query", "inventory"),
        ("Stores come nearest first with distance, hours and services", "inventory"),
        ("The locator shows which store has an item that the nearest has not", "inventory"),
        ("A transfer is quoted with source, fee and arrival, and the promise is kept", "inventory"),
        (
            "A transfer that comes early changes the order's line and sends one message",
            "inventory, fulfilment, customer",
        ),
        ("What no warehouse has is shipped from a store", "fulfilment"),
        ("The pickup time on the product page is the one on the order", "cart, fulfilment, inventory"),
        ("An online-only item is sold at the till and shipped", "cart, fulfilment"),
        ("Sizes are held to try on and come back by themselves", "inventory"),
        ("Goods are pulled before the customer comes; the till turns the hold into a sale", "inventory, fulfilment"),
        ("Layaway: goods stay reserved while parts are paid", "cart"),
        ("Scans of an offline device are applied once, in the order of their times", "inventory"),
        ("A customer who comes in with consent puts the ready order first", "customer"),
        ("The lounge shows for the right tier in the right store", "inventory, customer"),
        ("Scan, pay on the phone, leave with a checked pass", "cart, fulfilment"),
        ("The locator answers over many hundred stores", "gateway, inventory"),
    ),
    *_rows(
        "E",
        ("One key makes one order, however often it is sent", "cart"),
        ("A guest opens an account during checkout and finds the order in it", "cart, customer"),
        ("A channel that refuses an offer it should honour shows as a gap", "cart"),
        ("An offer that holds online only is shown in the fitting room and applied online", "cart"),
        ("One basket gets one discount in all channels that share the offer", "cart"),
        ("An abandoned cart is recovered in another channel, and counted so", "cart, customer"),
        ("Order ahead for a minute that is promised, paid before arrival", "cart, fulfilment"),
        ("A payment is split over stored value and a card", "customer, cart"),
        ("Every outcome of checkout is a named type", "cart"),
        ("Two tabs add different lines at once and both are kept", "cart"),
        ("A scanned code goes into the cart; an unknown one has a typed answer", "cart"),
    ),
    *_rows(
        "F",
        ("An order from two sources shows two fulfilments and one status", "fulfilment"),
        ("A watch receives the new line when the parcel is scanned", "fulfilment"),
        ("A link by text opens the order without a password", "customer, fulfilment"),
        ("A code pulls the order up at the right till; the wrong one is told where it waits", "fulfilment"),
        ("Paying for pickup makes a task; completing it makes the order ready", "fulfilment"),
        ("Paid goods are released once; the second scan is told", "fulfilment"),
        ("A till finds customer, cart and order by what the shopper can give", "fulfilment, customer, cart"),
        ("Sales of other systems arrive later, once each, with stock and points", "fulfilment"),
        ("An online order is refunded at the counter and is back in the store's stock", "fulfilment"),
        ("One return, two brands, two rules: accepted, or asked for evidence", "fulfilment"),
        ("A store's rule beats its group's, which beats the brand's", "fulfilment"),
        ("Associates see purchases of all channels without card data", "fulfilment"),
        ("An associate sells an online-only item and is credited", "catalog, cart, fulfilment"),
        ("A carrier's event moves the shipment and counts for the carrier", "fulfilment"),
        ("A second purchase in the same visit counts as attached to the pickup", "fulfilment"),
        ("Analysts report on sales, pickup, shipping and returns", "fulfilment"),
    ),
)

MISSING: dict[str, str] = {}
"""Rows without a test because the graph cannot do it; the other ones without a test only lack the test."""
