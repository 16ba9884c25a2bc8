"""The basket: carts, promotions, checkout, layaway. Plays basket, promotions engine and checkout."""
