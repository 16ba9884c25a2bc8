"""Revisions of the cart database."""
