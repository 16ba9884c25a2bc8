from __future__ import annotations

import json

from graphql import parse

from gateway.planner import normalise
from gateway.planner.stages import STAGES
from gateway.planner.text import PlanSize, place_path, plan_json, plan_size, plan_text

from .worlds import planned, world


def test_size_counts_requests_fetches_and_depth():
    found = planned(world("requires"), "{ products { postage insurance } }")
    assert plan_size(found) == PlanSize(requests=2, fetches=3, depth=2)


def test_a_plan_without_requests_says_so():
    found = planned(world("keys"), "{ __typename }")
    assert plan_size(found) == PlanSize(0, 0, 0)
    assert "by the gateway alone" in plan_text(found)


def test_json_is_json_and_names_every_request():
    found = planned(world("keys"), "{ products { reviews { body } } }")
    described = json.loads(json.dumps(plan_json(found)))
    assert [each["subgraph"] for each in described["requests"]] == ["products", "reviews"]
    assert described["fetches"][1]["path"] == "products.@"
    assert described["fetches"][1]["dependsOn"] == [0]


def test_paths_show_lists_and_type_conditions():
    found = planned(world("abstract"), "{ found { ... on Book { b: __typename } } items { id } }")
    assert {place_path(found, place.id) for place in found.places} == {"", "found.@", "items.@"}


def test_every_stage_can_be_shown():
    operation = normalise(parse("{ products { name reviews { body } } }"), None, {}, world("keys"))
    shown = {stage: write(operation, world("keys")) for stage, write in STAGES.items()}
    assert shown["operation"].startswith("query\n  products\n")
    assert "products.@.reviews.@.body\n  * level 2" in shown["paths"]
    assert "reviews at products.@, level 2, after " in shown["fetches"]
    assert "request 1 to reviews, after 0" in shown["plan"]
