"""A card processor for development and tests: it keeps books, and behaves as its test tokens say.

    tok_ok…             taken
    tok_declined…       refused; trying again will not help
    tok_try_again…      refused at first, taken when tried with another key
    tok_times_out…      taken, but the answer is lost the first time it is asked
    tok_unreachable…    never answers, and nothing is taken
    anything else       refused as no token of this processor

Like a real provider it remembers every key: a charge sent twice is taken once and answered the same.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from subgraphs.cart.payments.port import Charge, Declined, PaymentUnanswered, Taken


class TestCards:
    """The processor; one instance is one set of books.

    taken, given_back   key → amount, for tests to add up
    """

    __test__ = False  # the name begins like a test's, and it is none

    def __init__(self) -> None:
        self.taken: dict[str, Decimal] = {}
        self.given_back: dict[str, Decimal] = {}
        self._asked: Counter[str] = Counter()
        self._refused: set[str] = set()
        self._void: set[str] = set()

    async def take(self, charge: Charge) -> Taken | Declined:
        """Take the amount as the token says."""
        token = charge.token or ""
        self._asked[charge.key] += 1
        if charge.key in self._void:
            return Declined("This payment was called off.", retryable=False)
        if charge.key in self.taken:
            return Taken(f"card:{charge.key}")
        if token.startswith("tok_unreachable"):
            raise PaymentUnanswered("the processor cannot be reached")
        if token.startswith("tok_try_again") and token not in self._refused:
            self._refused.add(token)
            return Declined("Your bank asks you to try again.", retryable=True)
        if not token.startswith(("tok_ok", "tok_try_again", "tok_times_out")):
            return Declined("Your card was declined.", retryable=False)
        self.taken[charge.key] = charge.amount
        if token.startswith("tok_times_out") and self._asked[charge.key] == 1:
            raise PaymentUnanswered("the processor did not answer in time")
        return Taken(f"card:{charge.key}")

    async def give_back(self, charge: Charge, amount: Decimal) -> Taken:
        """Give back what was taken under the charge's key, once; the key is void from then on."""
        self._void.add(charge.key)
        if charge.key in self.taken:
            self.given_back[charge.key] = min(amount, self.taken[charge.key])
        return Taken(f"card-back:{charge.key}")
