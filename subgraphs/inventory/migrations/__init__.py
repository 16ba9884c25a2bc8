"""The form of the inventory database, step by step."""
