"""Operation + supergraph → plan. Pure: same input, same plan.

    document → normalise → Operation → plan → Plan

The executor reads `gateway.planner.nodes` and nothing else of this package.
"""

from gateway.planner.operation import Operation, normalise, used_booleans
from gateway.planner.options import Batching, PlanOptions
from gateway.planner.planning import plan

__all__ = ["Batching", "Operation", "PlanOptions", "normalise", "plan", "used_booleans"]
