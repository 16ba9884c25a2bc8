"""GraphiQL: built files, served offline; and in a real browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from gateway.server.explorer.page import STATIC, explorer_routes

CHROMIUM = Path("/usr/bin/chromium")
BROWSER_IS_THERE = CHROMIUM.exists()
PAGE_IS_BUILT = (STATIC / "index.html").is_file()


def client_of(static: Path) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=Starlette(routes=explorer_routes(static)))
    return httpx2.AsyncClient(transport=transport, base_url="http://gateway.test")


@pytest.fixture
def built(tmp_path):
    (tmp_path / "index.html").write_text("<p>the explorer</p>", "utf-8")
    (tmp_path / "code.js").write_text("1", "utf-8")
    return tmp_path


async def test_the_built_page_may_load_nothing_from_elsewhere(built):
    async with client_of(built) as client:
        page = await client.get("/graphiql", follow_redirects=True)
        assert page.text == "<p>the explorer</p>"
        policy = page.headers["content-security-policy"]
        assert "http" not in policy
        assert "script-src 'self';" in policy
        assert (await client.get("/graphiql/code.js")).headers["x-content-type-options"] == "nosniff"


async def test_without_built_files_the_page_says_how_to_build_them(tmp_path):
    async with client_of(tmp_path) as client:
        page = await client.get("/graphiql")
    assert page.status_code == 200
    assert "make explorer" in page.text


async def test_H12_a_range_of_ten_thousand_pieces_is_no_work(built):
    async with client_of(built) as client:
        ranges = ",".join(f"{i}-{i}" for i in range(2_000))
        response = await client.get("/graphiql/code.js", headers={"range": f"bytes={ranges}"})
    assert response.status_code < 500


async def test_it_can_be_switched_off(client_over, make_gateway):
    client = await client_over(make_gateway(graphiql=False))
    assert (await client.get("/graphiql")).status_code == 404


@pytest.mark.prove
async def test_in_a_browser_it_works_without_the_internet(gateway, serving):
    """Loads the page, runs a query, opens the documentation, and asks no other machine for anything."""
    from playwright.async_api import TimeoutError, async_playwright  # noqa: A004  # playwright's own

    assert BROWSER_IS_THERE, "chromium is missing: apt-get install --no-install-recommends chromium"
    assert PAGE_IS_BUILT, "GraphiQL is not built: make explorer"
    host, port = await serving(gateway)
    outside: list[str] = []
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = await browser.new_page()
        page.on(
            "request", lambda request: outside.append(request.url) if host not in request.url.split("?")[0] else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        await page.goto(f"http://{host}:{port}/graphiql")
        await page.locator(".graphiql-query-editor .view-lines").filter(has_text="__typename").wait_for(timeout=60_000)
        answer = page.locator(".graphiql-response .view-lines").filter(has_text="Query")
        for _ in range(20):  # the button is there before it is connected, and nothing tells when it is
            await page.click(".graphiql-execute-button")
            with suppress(TimeoutError):
                await answer.wait_for(timeout=3_000)
                break
        await answer.wait_for(timeout=3_000)
        await page.click("[aria-label='Show Documentation Explorer']")
        await page.locator(".graphiql-doc-explorer").filter(has_text="Mutation").wait_for(timeout=60_000)
        await browser.close()
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []
    assert faults == []
