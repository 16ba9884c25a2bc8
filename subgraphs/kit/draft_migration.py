"""Draft a subgraph's first revision from its models, to be read and kept by a person.

    python -m subgraphs.kit.draft_migration subgraphs.customer.models.record:Record > subgraphs/customer/migrations/0001_first.py

Later revisions are written by hand: they change data that is there, expand first and contract a release later.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

_HEAD = '''"""The first tables, and the kit's."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import MoneyAmount, UtcDateTime, json_type
from subgraphs.kit.migrations import create_kit_tables, drop_kit_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kit_tables()
'''


def draft(metadata: MetaData) -> str:
    """The revision's text: create every table of the metadata, and the kit's, in an empty database."""
    options = {"render_item": _render, "target_metadata": metadata}
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        script = produce_migrations(context, metadata)
        up, down = (
            render_python_code(ops, render_item=_render, migration_context=context)
            for ops in (script.upgrade_ops, script.downgrade_ops)
            if ops is not None
        )
    return f"{_HEAD}{_body(up)}\n\ndef downgrade() -> None:\n{_body(down)}    drop_kit_tables()\n"


def _render(kind: str, item: Any, _: Any) -> Any:
    """The kit's column types by name; False for what alembic renders itself."""
    if kind != "type":
        return False
    names = {"UtcDateTime": "UtcDateTime()", "MoneyAmount": "MoneyAmount()", "JSON": "json_type()"}
    name = type(item).__name__
    if name == "AutoString":  # sqlmodel's text
        return f"sa.String({item.length})" if item.length else "sa.String()"
    return names.get(name, False)


def _body(code: str) -> str:
    code = re.sub(r"op\.f\(('[^']*')\)", r"\1", code)
    lines = (line.strip() for line in code.splitlines())
    return "".join(f"    {line}\n" for line in lines if line and not line.startswith("# ###"))


if __name__ == "__main__":
    module, _, attribute = sys.argv[1].partition(":")
    sys.stdout.write(draft(getattr(import_module(module), attribute).metadata))
