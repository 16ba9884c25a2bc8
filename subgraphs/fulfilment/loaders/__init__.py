"""How orders, returns and tasks are read in bulk: one query for all keys of a kind that a request asks for."""
