"""Options of the whole test run."""

from __future__ import annotations

import gc
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from .sent_documents import WATCH

gc.set_threshold(20_000, 20, 20)  # a fifth of the run went into looking for cycles among schemas that stay
# How long a busy machine takes for an example says nothing about the code, and a run proves what the last one proved: what
# nobody has seen yet is looked for with `--hypothesis-profile searching`.
settings.register_profile("searching", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("searching"), derandomize=True)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite golden files with what the code gives now")


def pytest_configure(config: pytest.Config) -> None:
    """Let processes that tests start be interrupted, also where the run itself is not: a shell's background ignores SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--golden"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """After each test: every document that it would have sent, or has sent, is one that its subgraph takes."""
    try:
        told = yield
    except BaseException:
        WATCH.made.clear()  # it is red already, and the next test shall not be blamed
        raise
    WATCH.look()
    return told


WATCH.begin()
