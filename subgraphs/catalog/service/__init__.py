"""What is done and what is looked up, by noun: one transaction a function."""
