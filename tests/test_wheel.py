"""What is installed from the wheel is whole: the image is built from it, and so is whatever a user installs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.waiting import PATIENCE_SECONDS, free_port

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    return next(folder.glob("channelgraph-*.whl"))


def test_it_holds_both_programs_their_migrations_and_the_contract(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "gateway/cli.py",
        "gateway/bundled_schema/supergraph.yaml",
        "gateway/bundled_schema/supergraph.graphql",
        "subgraphs/cart/migrations/0001_first.py",
        "subgraphs/kit/app.py",
    ):
        assert name in names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def test_it_serves_the_whole_graph_from_an_empty_folder(wheel, tmp_path):
    installed, work = tmp_path / "installed", tmp_path / "work"
    work.mkdir()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed), str(wheel)]
    subprocess.run(command, check=True)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    serve = [sys.executable, "-m", "gateway.cli", "up", "--data", str(work / "data"), "--port", str(port)]
    with subprocess.Popen(serve, cwd=work, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(600):
                assert process.poll() is None, process.stdout.read() if process.stdout else ""
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20) as answer:
                        assert answer.status == 200
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                pytest.fail("not ready within two minutes")
        finally:
            process.terminate()
            assert process.wait(PATIENCE_SECONDS) == 0
