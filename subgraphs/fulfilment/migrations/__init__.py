"""Revisions of the fulfilment database."""
