"""What is allowed and what is said of orders: pure functions.

delivery    ways to receive goods, their prices and promises
status      the state of an order, told from its fulfilments, in one short line
passes      what a shopper shows to collect an order: signed, short-lived
"""
