"""What is allowed: pure functions over plain values."""
