"""Keys to rows in bulk, by noun: one statement per kind of thing and request, whatever the size of a page."""
