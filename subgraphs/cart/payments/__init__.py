"""How money is taken: one port, an adapter for each kind of payment.

port            what every adapter promises
store_value     store cards and gift cards: balances kept in this service's database
pay_in_store    cash and card at the counter: nothing moves here, the till takes it
test_cards      a card processor for development and tests that can decline, time out and answer twice
"""
