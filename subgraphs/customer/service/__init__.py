"""What is done: one transaction a function, the session first."""
