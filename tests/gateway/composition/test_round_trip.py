"""What was printed reads back as the same document, and prints as the same text."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse
from graphql.language import print_ast

from gateway.supergraph.load import load_supergraph
from gateway.supergraph.print import print_document

SUPERGRAPHS = sorted((Path(__file__).parent / "cases").glob("*/supergraph.graphql"))


@pytest.mark.parametrize("file", SUPERGRAPHS, ids=lambda file: file.parent.name)
def test_a_supergraph_prints_as_it_was_read(file):
    text = file.read_text("utf-8")
    assert print_document(parse(text)) == text


@pytest.mark.parametrize("file", SUPERGRAPHS, ids=lambda file: file.parent.name)
def test_a_supergraph_loads_and_its_document_prints_the_same(file):
    text = file.read_text("utf-8")
    assert print_document(load_supergraph(text).document) == text


EVERYTHING = '''
"""The schema.

With two paragraphs and a "quote"."""
schema @a { query: Query }
extend schema @b
directive @a(x: [Int!]! = [1, 2], y: In = {k: "v", n: null, b: true, e: E}) repeatable on SCHEMA | FIELD
directive @b on SCHEMA
scalar S @specifiedBy(url: "https://x.example/\\u00e9\\n")
extend scalar S @b
interface I { f: Int }
interface J implements I { f: Int }
type Query implements I & J @a {
  "one line"
  f(
    "of an argument"
    x: Float = -1.5e3 @b
    y: [[S!]]!
  ): Int @deprecated
  """
    indented
  """
  g(short: Boolean = false): String
}
extend type Query { h: Int }
union U @b = Query | Other
union V = Query
extend union V = Other
enum E @b { "first" A @b B }
input In @b { k: String = "\\"" n: Int b: Boolean e: E }
type Empty
'''


def test_every_kind_of_definition_survives_printing():
    document = parse(EVERYTHING)
    printed = print_document(document)
    assert print_document(parse(printed)) == printed
    assert print_document(parse(print_ast(document))) == printed
