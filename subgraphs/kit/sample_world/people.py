"""The sample world's customers. Made up; the mail domain example.com reaches nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from subgraphs.kit.ids import stable_id


@dataclass(frozen=True, slots=True)
class SampleCustomer:
    """A person. `tiers` maps loyalty programme → tier; `home` is the code of the preferred store.

    Phone numbers lie in the ranges that the British and German regulators keep free for fiction.
    """

    key: str
    given_name: str
    family_name: str
    email: str
    phone: str
    country: str
    locale: str
    home: str
    segments: tuple[str, ...]
    tiers: Mapping[str, str]

    @property
    def id(self) -> str:
        """Global id of the customer."""
        return stable_id("Customer", self.key)

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


CUSTOMERS: tuple[SampleCustomer, ...] = (
    SampleCustomer("ada", "Ada", "Okafor", "ada@example.com", "+447700900101", "GB", "en-GB", "LON-OXF", ("home-makers", "beauty-lovers"), MappingProxyType({"alder-club": "gold", "velvet-circle": "silver"})),
    SampleCustomer("ben", "Ben", "Carter", "ben@example.com", "+447700900102", "GB", "en-GB", "MAN-ARN", ("deal-hunters",), MappingProxyType({"alder-club": "member"})),
    SampleCustomer("chiara", "Chiara", "Rossi", "chiara@example.com", "+447700900103", "GB", "en-GB", "LON-KGX", ("beauty-lovers", "young-urban"), MappingProxyType({"velvet-circle": "gold"})),
    SampleCustomer("deniz", "Deniz", "Kaya", "deniz@example.com", "+4915290000104", "DE", "de-DE", "BER-KUD", ("young-urban",), MappingProxyType({"alder-club": "silver"})),
    SampleCustomer("emil", "Emil", "Brandt", "emil@example.com", "+4915290000105", "DE", "de-DE", "HAM-MON", (), MappingProxyType({})),
)  # fmt: skip

_BY_KEY = MappingProxyType({person.key: person for person in CUSTOMERS})


def customer(key: str) -> SampleCustomer:
    """The sample customer with this key, e.g. `customer("ada")`; KeyError when there is none."""
    return _BY_KEY[key]
