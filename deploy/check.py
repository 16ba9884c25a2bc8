"""Check that what is deployed from is whole: the compose file's form, and that the image's steps match the project.

Exit status 1 and one line a fault. No container engine is needed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
SECRETS = {"CHANNELGRAPH_IDENTITY_SECRET": "0" * 32, "POSTGRES_PASSWORD": "check-only"}


def compose_form() -> tuple[list[str], dict[str, Any]]:
    """Let podman-compose resolve the file, as `docker compose config` would."""
    with tempfile.TemporaryDirectory() as folder:
        # podman-compose asks for podman's version before it does anything, though `config` only reads and prints.
        podman = Path(folder) / "podman"
        podman.write_text("#!/bin/sh\necho podman version 5.0.0\n", "utf-8")
        podman.chmod(0o755)
        tool = Path(sys.executable).with_name("podman-compose")
        command = [str(tool), "--podman-path", str(podman), "--file", str(ROOT / "docker-compose.yml"), "config"]
        done = subprocess.run(
            command, capture_output=True, text=True, env=SECRETS | {"PATH": "/usr/bin:/bin"}, check=False
        )
    if done.returncode:
        return [f"docker-compose.yml: {done.stderr.strip().splitlines()[-1]}"], {}
    return [], yaml.safe_load(done.stdout)


def services(compose: dict[str, Any]) -> list[str]:
    """Every subgraph of the supergraph runs, on the port its routing URL names."""
    faults = []
    routed = yaml.safe_load((ROOT / "schema/supergraph.yaml").read_text("utf-8"))["subgraphs"]
    running = compose.get("services", {})
    for name, entry in routed.items():
        service = running.get(name)
        if service is None:
            faults.append(f"docker-compose.yml: no service for subgraph {name}")
            continue
        port = re.search(r":(\d+)/", entry["routing_url"])
        if port and port[1] not in service["command"]:
            faults.append(
                f"docker-compose.yml: {name} does not listen on {port[1]}, which schema/supergraph.yaml routes to"
            )
    faults += [f"docker-compose.yml: no service {name}" for name in ("gateway", "postgres") if name not in running]
    return faults


def image_steps() -> list[str]:
    """Every path that the Dockerfile copies from the context exists, and it ends without root."""
    text = (ROOT / "deploy/Dockerfile").read_text("utf-8")
    faults = []
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        faults += [
            f"deploy/Dockerfile: COPY names {path}, which is not here"
            for path in line.split()[:-1]
            if not (ROOT / path).exists()
        ]
    shown = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = {path for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for path in line.split()[:-1]}
    faults += [f".dockerignore: hides {path}, which the Dockerfile copies" for path in sorted(copied - shown)]
    if not re.search(r"^USER 1\d{4}$", text, re.MULTILINE):
        faults.append("deploy/Dockerfile: does not end as a user without root")
    if text.count("FROM ${BASE}") != 2:
        faults.append("deploy/Dockerfile: two stages over ${BASE} expected")
    return faults


def main() -> int:
    """Print every fault; 0 when there is none."""
    faults, compose = compose_form()
    if compose:
        faults += services(compose)
    faults += image_steps()
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201 - a command's output
    if not faults:
        print(f"deploy: {len(compose['services'])} services, image steps in order")  # noqa: T201 - the same
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
