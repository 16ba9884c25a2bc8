"""How things are read in bulk, by noun: keys to rows, as many answers as keys, in their order."""
