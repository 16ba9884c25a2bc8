from __future__ import annotations

from gateway.composition.merge.wording import chosen, differing, grouped, in_words, presence


def test_what_is_said_is_grouped_in_order_of_appearance():
    assert grouped([("Int", "a"), ("ID", "b"), ("Int", "c")]) == {"Int": ("a", "c"), "ID": ("b",)}


def test_differences_name_every_subgraph():
    groups = grouped([("Int", "a"), ("ID", "b"), ("Int", "c")])
    assert differing("type", groups) == 'it has type "Int" in subgraphs "a" and "c" and type "ID" in subgraph "b"'


def test_the_choice_comes_first_and_the_others_after_it():
    groups = grouped([("Int!", "a"), ("Int", "b")])
    assert chosen("type", "Int", groups) == (
        'the supergraph uses type "Int" (from subgraph "b"); it has type "Int!" in subgraph "a"'
    )


def test_nothing_chosen_reads_as_no():
    groups = grouped([("", "a"), ("1", "b")])
    assert chosen("default", "", groups) == 'the supergraph uses no default; it has default "1" in subgraph "b"'


def test_presence_says_who_and_who_not():
    assert presence(["a"], ["b", "c"]) == 'it is defined in subgraph "a" but not in subgraphs "b" and "c"'


def test_many_subgraphs_are_counted_rather_than_listed():
    assert in_words([f"s{i}" for i in range(9)]) == 'subgraphs "s0", "s1", "s2", "s3", "s4" and 4 more'
