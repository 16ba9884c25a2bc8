"""What is allowed, by noun. Pure: no clock, no database, no schema library; every instant is an argument."""
