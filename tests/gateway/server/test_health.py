"""Health: ready once requests are answered, alive as long as the loop turns."""

from __future__ import annotations

import time

import pytest
from structlog.testing import capture_logs

from tests.waiting import settled, until


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


async def test_L11_a_loop_that_was_held_up_is_told_with_the_operation_and_counted(make_gateway, client_over):
    gateway = make_gateway(server={"health_port": 0}, telemetry={"blocked_seconds": 0.2})

    async def hold_up():
        gateway.latest.operation = "Dear"  # the double's pipeline keeps no notes
        time.sleep(0.5)  # noqa: ASYNC251 - this is what must not be done

    gateway.pipeline.before = hold_up
    async with gateway.running():
        client = await client_over(gateway)
        with capture_logs() as told:
            await settled()  # it has begun to watch
            await client.post("/graphql", json={"query": "query Dear { hello }", "operationName": "Dear"})
            # A busy machine may hold the loop up as well, before there is an operation.
            await until(lambda: any(each["operation"] for each in told))
        found = next(each for each in told if each["operation"])
        assert (found["event"], found["log_level"], found["operation"]) == ("loop_blocked", "warning", "Dear")
        assert found["ms"] >= 200
        assert found["worked_ms"] < found["ms"]
        counted = (await client.get("/metrics")).text
    (line,) = [line for line in counted.splitlines() if line.startswith("channelgraph_loop_blocked_seconds_total")]
    assert float(line.split()[1]) >= 0.2
