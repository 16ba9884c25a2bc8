"""What all five subgraphs share, each file named for its one thing; docs/subgraphs.md shows how it is used."""
