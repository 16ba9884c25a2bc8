"""Who may import whom, read from the source: the rules drawn in docs/architecture.md."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOMAINS = ("catalog", "cart", "inventory", "customer", "fulfilment")

# room -> rooms of the gateway it may import beside its own; `cli` and `commands` wire everything and may import all.
GATEWAY = {
    "errors": set(),
    "supergraph": {"errors"},
    "planner": {"errors", "supergraph"},
    "executor": {"errors", "supergraph", "planner", "transport"},
    "transport": {"errors", "planner"},
    "composition": {"errors", "supergraph", "planner"},
    "settings": {"errors"},
}
# Narrow gates: of another room, only this module may be imported.
ONLY = {
    ("executor", "planner"): {"gateway.planner.nodes"},
    ("transport", "planner"): {"gateway.planner.nodes"},
    ("executor", "transport"): {"gateway.transport.base"},
    ("composition", "planner"): {"gateway.planner.search"},
}
# third party -> the only places it may be imported from (prefixes of paths)
KEPT_TO = {
    "httptools": ("gateway/transport/",),
    "httpx2": ("gateway/identity", "gateway/composition/sources", "gateway/commands/", "subgraphs/kit/"),
    "starlette": ("gateway/server/", "gateway/commands/", "subgraphs/"),
    "strawberry": ("subgraphs/",),
    "sqlmodel": ("subgraphs/",),
    "sqlalchemy": ("subgraphs/",),
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports_of(path: Path) -> list[tuple[int, str]]:
    tree = tree_of(path)
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


@cache
def sources(folder: str) -> list[Path]:
    return sorted(p for p in (ROOT / folder).rglob("*.py") if "node_modules" not in p.parts)


def room_of(path: Path) -> str:
    part = path.relative_to(ROOT / "gateway").parts[0]
    return part.removesuffix(".py")


@pytest.mark.parametrize("room", sorted(GATEWAY))
def test_a_room_of_the_gateway_imports_only_the_rooms_below_it(room):
    faults = []
    for path in sources("gateway"):
        if room_of(path) != room:
            continue
        for line, name in imports_of(path):
            parts = name.split(".")
            if parts[0] != "gateway" or len(parts) < 2 or parts[1] == room:
                continue
            other = parts[1]
            gate = ONLY.get((room, other))
            if other not in GATEWAY[room]:
                faults.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
            elif gate and not any(name == g or name.startswith(g + ".") for g in gate):
                faults.append(f"{path.relative_to(ROOT)}:{line} imports {name}; only {', '.join(sorted(gate))} is open")
    assert not faults, "\n".join(faults)


def test_the_server_never_imports_composition():
    allowed = ("gateway/composition/", "gateway/commands/", "gateway/channels/", "gateway/cli.py")
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources("gateway")
        if not str(path.relative_to(ROOT)).startswith(allowed)
        for line, name in imports_of(path)
        if name.startswith("gateway.composition")
    ]
    assert not faults, "\n".join(faults)


def test_gateway_and_subgraphs_never_import_each_other():
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for mine, other in (("gateway", "subgraphs"), ("subgraphs", "gateway"))
        for path in sources(mine)
        for line, name in imports_of(path)
        if name.split(".")[0] == other
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("domain", [*DOMAINS, "kit"])
def test_a_domain_imports_itself_and_the_kit_and_no_other_domain(domain):
    allowed = {domain} if domain == "kit" else {domain, "kit"}
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(f"subgraphs/{domain}")
        for line, name in imports_of(path)
        if name.startswith("subgraphs.") and name.split(".")[1] not in allowed
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("library", sorted(KEPT_TO))
def test_a_third_party_library_keeps_to_its_room(library):
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in [*sources("gateway"), *sources("subgraphs")]
        for line, name in imports_of(path)
        if name.split(".")[0] == library and not str(path.relative_to(ROOT)).startswith(KEPT_TO[library])
    ]
    assert not faults, "\n".join(faults)


def test_every_domain_has_the_same_kinds_of_files():
    wanted = ("models", "rules", "errors", "service", "loaders", "types", "schema", "app", "samples")
    missing = [
        f"subgraphs/{domain}/{kind}"
        for domain in DOMAINS
        for kind in wanted
        if not (ROOT / "subgraphs" / domain / f"{kind}.py").exists()
        and not (ROOT / "subgraphs" / domain / kind).is_dir()
    ]
    assert not missing, f"missing: {', '.join(missing)}"


def test_only_drive_awaits_in_the_executor_and_the_pure_core_never_does():
    faults = []
    for path in sources("gateway"):
        room = room_of(path)
        if room not in {"supergraph", "planner", "executor"} or path.name == "drive.py":
            continue
        tree = tree_of(path)
        awaiting = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
        faults += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in awaiting]
    assert not faults, "\n".join(faults)


def test_no_module_is_named_for_nothing():
    bad = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "misc.py", "common.py"}
    found = [str(p.relative_to(ROOT)) for folder in ("gateway", "subgraphs") for p in sources(folder) if p.name in bad]
    assert not found, ", ".join(found)
