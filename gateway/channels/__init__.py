"""What the channels rely on: contracts, the operations each sends, and the check that all of it still holds."""
