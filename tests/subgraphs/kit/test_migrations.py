"""An upgrade and its way back: old data under new code, new form under old code. Ids: L10."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from subgraphs.kit.app import create_subgraph
from subgraphs.kit.database import Database
from subgraphs.kit.errors import ServiceUnavailable
from subgraphs.kit.migrations import check_current, upgrade
from subgraphs.kit.settings import SubgraphSettings

OLD = Path(__file__).parent / "notes_migrations"
EXPAND = '''"""Colours of notes: nullable, so that code which knows none of them can go on writing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("note", sa.Column("colour", sa.String(20), nullable=True))
    op.create_index("ix_note_colour", "note", ["colour"])


def downgrade() -> None:
    op.drop_index("ix_note_colour", "note")
    op.drop_column("note", "colour")
'''
BROKEN = EXPAND.replace('"0002"', '"0003"').replace('"0001"', '"0002"').replace('"ix_note_colour", "note", ["colour"]', '"ix", "nothing", ["x"]').replace('"colour"', '"shade"')  # fmt: skip


@pytest.fixture
def new(tmp_path) -> Path:
    """The revisions of the next release."""
    folder = tmp_path / "newer_migrations"
    shutil.copytree(OLD, folder)
    (folder / "0002_colour.py").write_text(EXPAND, "utf-8")
    return folder


@pytest.fixture
async def open_database(database_url):
    database = Database(database_url)
    yield database
    await database.close()


async def colours(database: Database) -> list[tuple[str, str | None]]:
    async with database.engine.connect() as connection:
        found = await connection.execute(text("SELECT text, colour FROM note ORDER BY created_at"))
        return [(row.text, row.colour) for row in found]


async def test_L10_what_old_code_wrote_is_there_under_the_new_form_and_old_code_writes_on(
    notes, new, database_url, open_database, tmp_path
):
    await upgrade(open_database, OLD)
    await open_database.write(notes.write_note, "cus_a", "old")
    assert await upgrade(open_database, new)
    assert not await upgrade(open_database, new)
    await check_current(open_database, new)
    await check_current(open_database, OLD)  # the form is newer than old code knows: it may go on
    settings = SubgraphSettings(name="notes", data_dir=tmp_path, database_url=database_url, sample_data=False)
    rolled_back = create_subgraph(notes.DOMAIN, settings)
    async with rolled_back.router.lifespan_context(rolled_back):
        await rolled_back.state.database.write(notes.write_note, "cus_a", "written by old code")
    assert await colours(open_database) == [("old", None), ("written by old code", None)]


async def test_L10_new_code_brings_an_embedded_database_up_to_date_when_it_starts(notes, new, tmp_path):
    settings = SubgraphSettings(name="notes", data_dir=tmp_path / "data", sample_data=False)
    for domain in (notes.DOMAIN, replace(notes.DOMAIN, migrations=new), notes.DOMAIN):
        app = create_subgraph(domain, settings)
        async with app.router.lifespan_context(app):
            await app.state.database.write(notes.write_note, "cus_a", "a note")
    database = Database(settings.url)
    assert await colours(database) == [("a note", None)] * 3
    await database.close()


async def test_L10_new_code_waits_for_the_migration_of_a_database_of_its_own(new, open_database):
    await upgrade(open_database, OLD)
    with pytest.raises(ServiceUnavailable, match=r"form 0001, this code needs 0002: run .*--migrate"):
        await check_current(open_database, new)


async def test_L10_a_revision_that_fails_leaves_the_form_and_the_data_as_they_were(notes, new, open_database):
    await upgrade(open_database, new)
    await open_database.write(notes.write_note, "cus_a", "kept")
    (new / "0003_broken.py").write_text(BROKEN, "utf-8")
    newest = new.rename(new.with_name("newest"))  # scripts are read once a folder
    with pytest.raises(Exception, match="nothing"):  # each database has an exception of its own
        await upgrade(open_database, newest)
    assert await colours(open_database) == [("kept", None)]
    async with open_database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == "0002"
