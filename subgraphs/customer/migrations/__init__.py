"""Revisions of the customer database."""
