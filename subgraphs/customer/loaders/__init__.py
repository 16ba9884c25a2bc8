"""How it is read in bulk: `keys` by key, one query per kind and request; `pages` what only a page is read of."""
