"""Passes over the chosen fetches: each keeps the type, and is named for what it does."""
