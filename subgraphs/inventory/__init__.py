"""Inventory: locations, stock, holds, transfers, counts; the one place that promises stock."""
