"""A world, composed and served: an operation answered by the whole, and through the gateway."""

from __future__ import annotations

from random import Random
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, lexicographic_sort_schema, parse, print_schema, validate

from gateway.composition import SubgraphSource, compose
from gateway.executor.program import Program, compile_program
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
    """A world's subgraphs composed; `faults` are composition's errors, and then there is nothing else."""

    def __init__(self, world: World) -> None:
        self.world = world
        sources = [SubgraphSource(graph, f"http://{graph}.invalid", subgraph_sdl(world, graph)) for graph in world.graphs]
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

    def program(self) -> Program:
        """Plan and compile it."""
        supergraph = self.composed.supergraph
        operation = next(node for node in self.document.definitions if isinstance(node, OperationDefinitionNode))
        given = {"no": False, **self.variables}
        booleans = {name: bool(given[name]) for name in used_booleans(self.document, None)}
        options = PlanOptions(labels=self.labels, batching=self.batching)
        made = plan(normalise(self.document, None, booleans, supergraph), supergraph, options)
        return compile_program(made, supergraph.api_schema, self.document, operation)

    def expected(self) -> tuple[Any, list[str]]:
        """Give the whole's data, and the mutations it did."""
        result = self.composed.truth.answer(self.document, self.variables)
        return result.data, list(self.composed.truth.log)

    def answered(self, program: Program) -> tuple[Any, list[str]]:
        """Give the gateway's data, and the mutations done; subgraphs answer in a random order."""
        for service in self.composed.services.values():
            service.labels = self.labels
        self.composed.truth.log = []
        execution = program.start(program.coerce(self.variables))
        waiting = list(execution.ready())
        while waiting:
            asked = waiting.pop(self.dice.randrange(len(waiting)))
            waiting += execution.feed(asked.request_id, self.composed.services[asked.subgraph].send(asked.body))
        return execution.answer().get("data"), list(self.composed.truth.log)
