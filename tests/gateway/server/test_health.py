"""Health: ready once requests are answered, alive as long as the loop turns."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/health", "/readyz"])
async def test_ready_follows_the_gateway(client, gateway, path):
    assert (await client.get(path)).status_code == 200
    gateway.started = False
    assert (await client.get(path)).status_code == 503


async def test_alive_does_not(client, gateway):
    gateway.started = False
    assert (await client.get("/livez")).status_code == 200


async def test_metrics_are_there_only_with_a_port_of_their_own(client, client_over, make_gateway):
    assert (await client.get("/metrics")).status_code == 404
    counted = await client_over(make_gateway(server={"health_port": 0}))
    await counted.post("/graphql", json={"query": "{ nope }"})
    text = (await counted.get("/metrics")).text
    assert 'channelgraph_requests_total{kind="none",status="2xx"} 1.0' in text
    assert 'channelgraph_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1.0' in text


async def test_a_running_gateway_is_started_and_then_stopped(make_gateway):
    gateway = make_gateway()
    gateway.started = False
    async with gateway.running():
        assert gateway.ready
    assert not gateway.ready
