"""Passes over the operation; `operation.py` does all of it in one walk so far."""
