"""Documents that are asked for by their hash: trusted ones, registered with a contract, and automatic ones.

Trusted     `schema/channels/<contract>/operations/*.graphql`, by the SHA-256 of the file as it is. They are read once and
            never forgotten; with `documents.trusted_only` nothing else is answered
Automatic   what a client has sent once together with its hash. Bounded; only documents that are valid are stored, so
            that junk drives out nothing, and never under a hash that is not theirs
Forms       `extensions.persistedQuery {version: 1, sha256Hash}` (Apollo) and `documentId: "sha256:…"` (GraphQL over HTTP)
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cachebox import LRUCache

from gateway.errors import DocumentNotStored, DocumentNotTrusted, HashMismatch, StoringNotSupported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gateway.settings import DocumentSettings


class AutomaticDocuments:
    """What clients have stored, of whatever contract: a text is found under its own hash only."""

    def __init__(self, settings: DocumentSettings) -> None:
        least = max(1, settings.automatic_characters // settings.automatic_entries)
        self._texts: LRUCache[str, str] = LRUCache(
            settings.automatic_characters, getsizeof=lambda _, text: max(least, len(text))
        )
        self._longest = settings.automatic_characters // 10
        self.enabled = settings.automatic

    def get(self, digest: str) -> str | None:
        """The text of that hash."""
        found: str | None = self._texts.get(digest, None)
        return found

    def keep(self, digest: str, text: str) -> None:
        """Store a text, unless it is one that would drive out many others."""
        if len(text) <= self._longest:
            self._texts.insert(digest, text)


class StoredDocuments:
    """What one contract answers by hash."""

    def __init__(self, trusted: Mapping[str, str], automatic: AutomaticDocuments, *, trusted_only: bool) -> None:
        self._trusted = trusted
        self._automatic = automatic
        self._trusted_only = trusted_only

    def text_of(self, text: str | None, digest: str | None, check: Callable[[str], object]) -> str:
        """The text to answer, of what a client sent: a text, its hash, or both.

        check   called before a text is stored; what it raises is raised
        Raises  StoredDocumentError
        """
        if text is None:
            return self._known(digest or "")
        if digest is not None and digest != hash_of(text):
            raise HashMismatch("The hash is not the SHA-256 of the text; nothing was stored.")
        if self._trusted_only:
            if (digest or hash_of(text)) not in self._trusted:
                raise DocumentNotTrusted("Only documents that are registered with the contract are answered here.")
        elif digest is not None and digest not in self._trusted and self._automatic.enabled:
            check(text)
            self._automatic.keep(digest, text)
        return text

    def _known(self, digest: str) -> str:
        text = self._trusted.get(digest)
        if text is not None:
            return text
        if self._trusted_only:
            raise DocumentNotTrusted("No document of this hash is registered with the contract.")
        if not self._automatic.enabled:
            raise StoringNotSupported("PersistedQueryNotSupported")  # the words that Apollo's clients look for
        text = self._automatic.get(digest)
        if text is None:
            raise DocumentNotStored("PersistedQueryNotFound")  # the same
        return text


def hash_of(text: str) -> str:
    """SHA-256 of a text, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def by_hash(texts: Iterable[str]) -> dict[str, str]:
    """Texts by their hashes."""
    return {hash_of(text): text for text in texts}
