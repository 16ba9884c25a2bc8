"""What clients see, by noun."""
