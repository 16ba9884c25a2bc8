"""How many requests and how many levels our plans take, against the figures of other planners.

    python benchmarks/plan_sizes.py CONFORMANCE_DIR

The folder holds federation/<suite>/{supergraph.graphql,cases.json} and plan_sizes.tsv with, for each case, the requests
and the depth of several planners' plans. Fails, with one line a case, where ours takes more requests or more levels
than the smallest figure there. A case that has no plan at all has no figure either.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import parse

from gateway.errors import ClientError
from gateway.planner.operation import normalise, used_booleans
from gateway.planner.planning import plan
from gateway.planner.text import plan_size
from gateway.supergraph.load import load_supergraph

if TYPE_CHECKING:
    from gateway.planner.text import PlanSize
    from gateway.supergraph.model import Supergraph


class Limit(NamedTuple):
    """The most requests a plan may take, and the most of them that wait for each other in a row."""

    requests: int
    depth: int


def planned(supergraph: Supergraph, case: dict[str, Any]) -> PlanSize:
    """Plan one case; raises `ClientError` where it has no plan."""
    document = parse(case["query"])
    name = case.get("operationName")
    given = case.get("variables") or {}
    booleans = {key: given[key] for key in used_booleans(document, name) if isinstance(given.get(key), bool)}
    return plan_size(plan(normalise(document, name, booleans, supergraph), supergraph))


def limits_of(row: dict[str, str]) -> Limit:
    """Give the smallest requests and the smallest depth of the planners in one row."""

    def least(*columns: str) -> int:
        return min(int(row[column]) for column in columns if row.get(column, "").isdigit())

    return Limit(least("requests", "hive_fetches", "apollo_fetches"), least("depth", "hive_depth", "apollo_depth"))


def main() -> int:
    """Compare every case that has figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("conformance", type=Path)
    folder = parser.parse_args().conformance
    supergraphs: dict[str, Supergraph] = {}
    compared = requests = depth = limit_requests = limit_depth = faults = 0
    with (folder / "plan_sizes.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            suite = folder / "federation" / row["suite"]
            if suite.name not in supergraphs:
                supergraphs[suite.name] = load_supergraph((suite / "supergraph.graphql").read_text("utf-8"))
            case = json.loads((suite / "cases.json").read_text("utf-8"))[int(row["test"])]
            limit = limits_of(row)
            try:
                size = planned(supergraphs[suite.name], case)
            except ClientError as error:
                faults += 1
                print(f"{row['suite']} {row['test']}: no plan, {limit.requests} requests expected: {error.message}")
                continue
            compared += 1
            requests, depth = requests + size.requests, depth + size.depth
            limit_requests, limit_depth = limit_requests + limit.requests, limit_depth + limit.depth
            if size.requests > limit.requests or size.depth > limit.depth:
                faults += 1
                print(
                    f"{row['suite']} {row['test']}: {size.requests} requests in {size.depth} levels, "
                    f"at most {limit.requests} in {limit.depth} expected"
                )
    print(
        f"{compared} plans: {requests} requests (smallest figures: {limit_requests}), "
        f"{depth} levels (smallest figures: {limit_depth}), {faults} above"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
