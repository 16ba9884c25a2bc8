"""What is done with carts: one transaction a function.

carts       started, changed, put aside, folded together
vouchers    codes put to a cart and taken off
pricing     what a cart costs now, and what is wrong with it (reads only)
checkout    the saga that turns a cart into an order
"""
