"""Documents by hash: automatic ones, trusted ones, and what is refused. Ids: D21."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.errors import (
    ClientError,
    DocumentNotStored,
    DocumentNotTrusted,
    HashMismatch,
    StoringNotSupported,
)
from gateway.settings import DocumentSettings
from gateway.stored_documents import AutomaticDocuments, StoredDocuments, by_hash, hash_of

TEXT = "{ hello }"


def stored(trusted=(), **changes) -> StoredDocuments:
    settings = DocumentSettings(**changes)
    return StoredDocuments(by_hash(trusted), AutomaticDocuments(settings), trusted_only=settings.trusted_only)


def test_D21_a_text_sent_with_its_hash_is_found_by_it_afterwards():
    documents = stored()
    with pytest.raises(DocumentNotStored, match="PersistedQueryNotFound"):
        documents.text_of(None, hash_of(TEXT), parse)
    assert documents.text_of(TEXT, hash_of(TEXT), parse) == TEXT
    assert documents.text_of(None, hash_of(TEXT), parse) == TEXT


def test_D21_nothing_is_stored_for_a_wrong_hash():
    documents = stored()
    with pytest.raises(HashMismatch):
        documents.text_of(TEXT, hash_of("{ other }"), parse)
    for digest in (hash_of(TEXT), hash_of("{ other }")):
        with pytest.raises(DocumentNotStored):
            documents.text_of(None, digest, parse)


def test_D21_nothing_invalid_is_stored():
    def refuse(_: str) -> None:
        raise ClientError("no")

    documents = stored()
    with pytest.raises(ClientError):
        documents.text_of(TEXT, hash_of(TEXT), refuse)
    with pytest.raises(DocumentNotStored):
        documents.text_of(None, hash_of(TEXT), parse)


def test_D21_the_store_is_bounded_by_number_and_by_length():
    documents = stored(automatic_entries=10, automatic_characters=1_000)
    texts = [f"{{ a{n} }}" for n in range(50)]
    for text in texts:
        documents.text_of(text, hash_of(text), parse)
    kept = 0
    for text in texts:
        try:
            kept += documents.text_of(None, hash_of(text), parse) == text
        except DocumentNotStored:
            continue
    assert kept == 10
    long = "{ " + "a " * 400 + "}"
    documents.text_of(long, hash_of(long), parse)
    with pytest.raises(DocumentNotStored):
        documents.text_of(None, hash_of(long), parse)


def test_D21_trusted_documents_are_known_without_having_been_sent():
    assert stored([TEXT], automatic=False).text_of(None, hash_of(TEXT), parse) == TEXT


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("{ hello  }", None),
        ("{ hello}", hash_of("{ hello}")),
        (None, hash_of("{ other }")),
    ],
)
def test_D21_where_only_trusted_ones_are_answered_nothing_else_is(text, digest):
    documents = stored([TEXT], trusted_only=True)
    with pytest.raises(DocumentNotTrusted):
        documents.text_of(text, digest, parse)
    assert documents.text_of(TEXT, None, parse) == TEXT


def test_storing_can_be_switched_off():
    documents = stored(automatic=False)
    assert documents.text_of(TEXT, hash_of(TEXT), parse) == TEXT
    with pytest.raises(StoringNotSupported):
        documents.text_of(None, hash_of(TEXT), parse)
