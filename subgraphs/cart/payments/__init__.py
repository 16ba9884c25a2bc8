"""How money is taken: one port, an adapter for each kind of payment.

port            what every adapter promises
pay_in_store    cash and card at the counter: nothing moves here, the till takes it
test_cards      a card processor for development and tests that can decline, time out and answer twice
"""
