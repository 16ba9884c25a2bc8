from __future__ import annotations

from subgraphs.cart.models import CartRow

OFFER = "mutation ($id: ID!) { cartHandoffCreate(cartId: $id) { __typename ... on CartHandoff { handoffCode url expiresAt cart { id } } ... on BusinessError { code } } }"
CLAIM = """mutation ($code: String!, $till: String) { cartHandoffClaim(code: $code, registerCode: $till) {
  __typename ... on CartSuccess { cart { id version mode customer { id } register { code location { id } } channels { code } } } ... on BusinessError { code path } } }"""
SCAN = """mutation ($input: CartScanInput!) { cartScan(input: $input) {
  __typename ... on CartSuccess { replayed cart { id mode totalQuantity lines { quantity fulfilment { method location { id } } } } } ... on BusinessError { code path } } }"""
STAFF = {"scopes": ("staff:store",), "channel": "store"}


async def offered(street, cart_id, **who):
    return (await street.ask(OFFER, {"id": cart_id}, **who))["cartHandoffCreate"]


async def claimed(street, code, till=None, **who):
    return (await street.ask(CLAIM, {"code": code, "till": till}, **who))["cartHandoffClaim"]


async def scanned(street, code, cart_id=None, key="scan", **who):
    given = {"cartId": cart_id, "locationId": "loc_1", "code": code, "idempotencyKey": key}
    return (await street.ask(SCAN, {"input": given}, **who))["cartScan"]


async def test_a_till_takes_the_phones_basket_over_and_scans_into_it(street, ada):
    till = await street.till()
    street.goods("5.00", barcode="9520000000387")
    cart = (await street.add((street.goods(), 1), customer=ada, channel="app"))["cart"]
    offer = await offered(street, cart["id"], customer=ada, channel="app")
    assert offer["handoffCode"] in offer["url"]
    taken = (await claimed(street, offer["handoffCode"].lower(), till, **STAFF))["cart"]
    assert (taken["id"], taken["mode"], taken["register"]["code"]) == (cart["id"], "TILL", till)
    assert taken["customer"] == {"id": ada}
    rung_up = await scanned(street, "9520000000387", cart["id"], **STAFF)
    assert rung_up["cart"]["totalQuantity"] == 2
    assert (await street.cart(cart["id"], customer=ada, channel="app"))["totalQuantity"] == 2


async def test_a_code_works_once_and_for_a_while(street, ada):
    till = await street.till()
    cart = (await street.add((street.goods(), 1), customer=ada))["cart"]
    code = (await offered(street, cart["id"], customer=ada))["handoffCode"]
    assert (await offered(street, cart["id"], customer=ada))["handoffCode"] == code
    assert (await claimed(street, code, till, **STAFF))["__typename"] == "CartSuccess"
    assert (await claimed(street, code, till, **STAFF))["code"] == "NOT_FOUND"
    late = (await offered(street, cart["id"], customer=ada))["handoffCode"]
    await street.alter(CartRow, cart["id"], handoff_expires_at=street.ago(seconds=1))
    assert (await claimed(street, late, till, **STAFF))["code"] == "NOT_FOUND"


async def test_only_staff_take_over_at_a_till_and_only_the_shopper_on_another_device(street, ada, ben):
    till = await street.till()
    cart = (await street.add((street.goods(), 1), customer=ada))["cart"]
    code = (await offered(street, cart["id"], customer=ada))["handoffCode"]
    assert (await offered(street, cart["id"], customer=ben))["code"] == "NOT_FOUND"
    assert (await claimed(street, code, till, customer=ben))["code"] == "NOT_FOUND"
    assert (await claimed(street, code, "no-till", **STAFF))["path"] == ["registerCode"]
    assert (await claimed(street, code, customer=ben))["code"] == "NOT_FOUND"
    assert (await claimed(street, code))["code"] == "NOT_FOUND"
    assert (await claimed(street, code, customer=ada, channel="app"))["cart"]["id"] == cart["id"]
    for nothing in ("", "AAAAAAAA"):
        assert (await claimed(street, nothing, till, **STAFF))["code"] == "NOT_FOUND"


async def test_what_is_scanned_on_the_shop_floor_is_taken_away_from_there(street, ada):
    street.goods("5.00", stock=0, barcode="9520000000387")
    first = await scanned(street, "9520000000387", customer=ada, channel="app")
    cart = first["cart"]
    assert cart["mode"] == "SCAN_AND_GO"
    assert cart["lines"] == [{"quantity": 1, "fulfilment": {"method": "CARRY_OUT", "location": {"id": "loc_1"}}}]
    again = await scanned(street, "9520000000387", customer=ada, channel="app")
    assert (again["replayed"], again["cart"]["totalQuantity"]) == (True, 1)
    more = await scanned(street, "9520000000387", cart["id"], key="scan2", customer=ada, channel="app")
    assert more["cart"]["lines"][0]["quantity"] == 2


async def test_a_code_of_nothing_we_sell_has_an_answer(street):
    unknown = await scanned(street, "5012345678900")
    assert (unknown["__typename"], unknown["path"]) == ("UnknownBarcodeError", ["input", "code"])
    street.goods(bar="MEMBERS_ONLY", barcode="9520000000394")
    assert (await scanned(street, "9520000000394"))["code"] == "MEMBERS_ONLY"
