"""GraphQL types that several subgraphs share, each written once: value types, common errors, stubs of others' entities."""
