"""What clients see of orders."""
