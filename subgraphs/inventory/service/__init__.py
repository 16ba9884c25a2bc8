"""What is done, by noun; one transaction a function. The first argument is the transaction's session."""
