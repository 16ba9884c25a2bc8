"""An Apollo Federation 2 gateway: composition, planning, execution, and the server around them."""
