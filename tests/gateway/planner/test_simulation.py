"""The differential property: over any world, the gateway answers what one service with all the data would answer."""

from __future__ import annotations

from random import Random

import pytest
from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type, is_leaf_type, parse

from gateway.executor.program import compile_program

from .simulation import SimulatedSubgraph, Truth
from .worlds import planned, world

TEXT = '"USD"'
WORLDS = ["keys", "compound", "requires", "provides", "shareable", "abstract", "interface_object"]


class Question:
    """A random operation that is valid for clients."""

    def __init__(self, truth: Truth, seed: int) -> None:
        self.schema = truth.schema
        self.random = Random(seed)
        self.aliases = 0
        self.text = "{ " + self.selection(self.schema.query_type, 4) + " }"

    def selection(self, owner, depth: int) -> str:
        pieces = ["__typename"] if self.random.random() < 0.3 else []
        fields = {} if isinstance(owner, GraphQLUnionType) else owner.fields
        for name in self.random.sample(sorted(fields), self.random.randint(min(1, len(fields)), len(fields))):
            inner = get_named_type(fields[name].type)
            if not is_leaf_type(inner) and not depth:
                continue
            self.aliases += 1
            body = "" if is_leaf_type(inner) else " { " + self.selection(inner, depth - 1) + " }"
            pieces.append(f"a{self.aliases}: {name}{self.arguments(fields[name])}{body}")
        if not isinstance(owner, GraphQLObjectType):
            types = sorted(self.schema.get_possible_types(owner), key=lambda found: found.name)
            chosen = [each for each in types if self.random.random() < 0.6]
            pieces += [f"... on {each.name} {{ {self.selection(each, depth)} }}" for each in chosen]
        return " ".join(pieces) or "__typename"

    def arguments(self, field) -> str:
        literals = {"Int": "1"}
        given = [f"{name}: {literals.get(get_named_type(each.type).name, TEXT)}" for name, each in field.args.items()]
        return f"({', '.join(given)})" if given else ""


def answered(name: str, question: str, order: Random) -> object:
    """Answer through the gateway, the subgraphs' answers arriving in a random order."""
    supergraph = world(name)
    truth = Truth(supergraph)
    subgraphs = {each.name: SimulatedSubgraph(truth, graph) for graph, each in supergraph.subgraphs.items()}
    document = parse(question)
    program = compile_program(planned(supergraph, question), supergraph.api_schema, document, document.definitions[0])
    execution = program.start({})
    waiting = list(execution.ready())
    while waiting:
        outgoing = waiting.pop(order.randrange(len(waiting)))
        waiting += execution.feed(outgoing.request_id, subgraphs[outgoing.subgraph].send(outgoing.body))
    return execution.answer()["data"]


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("seed", range(12))
def test_the_gateway_answers_what_one_service_would(name: str, seed: int):
    truth = Truth(world(name))
    question = Question(truth, seed).text
    assert answered(name, question, Random(seed)) == truth.answer(question)
