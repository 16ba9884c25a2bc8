"""What clients see, by noun. A field that needs more than its own row awaits a loader."""
