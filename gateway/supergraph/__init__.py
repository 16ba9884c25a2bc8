"""The composed schema as data: `load_supergraph` reads it, everything else in the gateway asks it."""
