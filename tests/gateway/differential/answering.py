"""A world, composed and served: an operation answered by the whole, and through the gateway."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, lexicographic_sort_schema, parse, print_schema, validate

from gateway.composition import SubgraphSource, compose
from gateway.executor.program import Program, compile_program
from gateway.planner.nodes import Plan
from gateway.planner.operation import normalise, used_booleans
from gateway.planner.options import Batching, PlanOptions
from gateway.planner.planning import plan
from gateway.supergraph.load import load_supergraph

from .model import World
from .operations import Question
from .sdl import subgraph_sdl
from .service import Service
from .truth import Truth


class Composed:
    """A world's subgraphs composed; `faults` are composition's errors, and then there is nothing else.

    texts   the subgraphs as they were written; of a world at random they are printed
    """

    def __init__(self, world: World, texts: Mapping[str, str] | None = None) -> None:
        self.world = world
        written = texts or {graph: subgraph_sdl(world, graph) for graph in world.graphs}
        sources = [SubgraphSource(graph, f"http://{graph}.invalid", sdl) for graph, sdl in written.items()]
        result = compose(sources)
        self.faults = [f"{each.code} {each.message}" for each in result.errors]
        assert (result.supergraph is None) == bool(result.errors)
        if result.supergraph is not None:
            self.supergraph = load_supergraph(result.supergraph)
            self.truth = Truth(world)
            self.services = {graph: Service(self.truth, graph) for graph in world.graphs}

    def api_differs(self) -> tuple[str, str] | None:
        """Compare what clients see with the whole's schema, both sorted; None where they are the same."""
        composed = print_schema(lexicographic_sort_schema(self.supergraph.api_schema))
        whole = print_schema(lexicographic_sort_schema(self.truth.schema))
        return None if composed == whole else (composed, whole)


COMPUTED = re.compile(r"(r|made)\d+:")


def within(known: Any, whole: Any) -> bool:
    """Whether an answer is another, but for nulls in place of anything, and for what was computed of nulls."""
    if known is None:
        return True
    if isinstance(known, list):
        return isinstance(whole, list) and len(known) == len(whole) and all(map(within, known, whole))
    if isinstance(known, dict):
        return (
            isinstance(whole, dict) and list(known) == list(whole) and all(map(within, known.values(), whole.values()))
        )
    if isinstance(known, str) and isinstance(whole, str) and (name := COMPUTED.match(known)):
        return whole.startswith(name[0])
    return bool(known == whole) and type(known) is type(whole)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is compared: the data in its order, whether there are errors, and the mutations done in theirs."""

    data: str
    failed: bool
    log: tuple[str, ...]


class Case:
    """One operation over one world."""

    def __init__(self, composed: Composed, text: str, variables: dict[str, Any], seed: int = 0) -> None:
        self.composed = composed
        self.text = text
        self.document: DocumentNode = parse(text)
        self.variables = variables
        self.dice = Random(seed)
        labels = composed.world.labels()
        self.labels = frozenset(label for label in labels if self.dice.random() < 0.5)
        self.failing = self.dice.random() < 0.3
        self.batching = self.dice.choice((Batching.LEVEL, Batching.LEVEL, Batching.SAME_DEPENDENCIES, Batching.OFF))

    @classmethod
    def drawn(cls, composed: Composed, seed: int) -> Case:
        """Draw a random operation."""
        question = Question(composed.supergraph.api_schema, seed)
        return cls(composed, question.text, question.variables, seed)

    def is_valid(self) -> bool:
        """Whether clients may ask it; unused variables are no matter here."""
        errors = validate(self.composed.truth.schema, self.document)
        return all("is never used" in error.message for error in errors)

    def planned(self, batching: Batching = Batching.LEVEL) -> Plan:
        """Plan it."""
        supergraph = self.composed.supergraph
        given = {"no": False, **self.variables}
        booleans = {name: bool(given[name]) for name in used_booleans(self.document, None)}
        options = PlanOptions(labels=self.labels, batching=batching, max_seconds=1e6)  # steps decide alone
        return plan(normalise(self.document, None, booleans, supergraph), supergraph, options)

    def program(self) -> Program:
        """Plan and compile it."""
        operation = next(node for node in self.document.definitions if isinstance(node, OperationDefinitionNode))
        made = self.planned(self.batching)
        return compile_program(made, self.composed.supergraph.api_schema, self.document, operation)

    def expected(self) -> Answer:
        """Answer as the whole."""
        truth = self.composed.truth
        truth.failing = self.failing
        result = truth.answer(self.document, self.variables)
        return Answer(json.dumps(result.data), bool(result.errors), tuple(truth.log))

    def agrees(self, answer: Answer) -> bool:
        """Whether an answer is the whole's. What is hidden is null for clients, and the gateway says so as an error.

        In a loose world the answer may know less than the whole, and must not know anything else.
        """
        expected = self.expected()
        if self.composed.world.loose:
            return answer.log == expected.log and within(json.loads(answer.data), json.loads(expected.data))
        hiding = any(kind.hidden or kind.hidden_values for kind in self.composed.world.kinds.values())
        failed = answer.failed == expected.failed or (hiding and answer.failed)
        return failed and (answer.data, answer.log) == (expected.data, expected.log)

    def answered(self, program: Program, *, reverse: bool = False) -> Answer:
        """Answer through the gateway; subgraphs answer in a random order, or whoever was asked last first."""
        self.composed.truth.failing = self.failing
        for service in self.composed.services.values():
            service.labels = self.labels
        self.composed.truth.log = []
        execution = program.start(program.coerce(self.variables))
        waiting = list(execution.ready())
        while waiting:
            asked = waiting.pop(-1 if reverse else self.dice.randrange(len(waiting)))
            waiting += execution.feed(asked.request_id, self.composed.services[asked.subgraph].send(asked.body))
        answer = execution.answer()
        return Answer(json.dumps(answer.get("data")), bool(answer.get("errors")), tuple(self.composed.truth.log))
