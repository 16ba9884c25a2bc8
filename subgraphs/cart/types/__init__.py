"""What clients see of carts."""
