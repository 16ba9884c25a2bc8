"""What is done with orders: one transaction a function.

placing     an order is taken from a checkout
reading     orders found and paged
ledger      an imported retail ledger becomes orders
reports     sales over time
"""
