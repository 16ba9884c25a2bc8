"""What is allowed and what things cost in a cart: pure functions over frozen values.

quantities   how many units a line may ask for
offers       which promotions apply, and what they save
totals       what is to be paid
problems     what must be put right before paying
merging      two baskets become one
saga         the steps of a checkout, and how each is undone
"""
