"""The example subgraph, for tests of the kit."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notes_example", Path(__file__).parent / "notes.py")
    assert spec is not None
    assert spec.loader is not None
    import sys

    module = importlib.util.module_from_spec(spec)
    sys.modules["notes_example"] = module  # strawberry resolves annotations through it
    spec.loader.exec_module(module)
    return module


NOTES = _load()


@pytest.fixture
def notes() -> ModuleType:
    """The module tests/subgraphs/kit/notes.py."""
    return NOTES
