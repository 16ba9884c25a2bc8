"""The revisions make exactly the tables of the models, and can be taken back."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from subgraphs.fulfilment.models import Record
from subgraphs.kit.database import Database
from subgraphs.kit.migrations import downgrade, upgrade
from subgraphs.kit.tables import KIT

PACKAGE = "subgraphs.fulfilment.migrations"


def _left_over(connection):
    options = {"compare_type": False, "target_metadata": [Record.metadata, KIT.metadata]}
    return compare_metadata(MigrationContext.configure(connection, opts=options), [Record.metadata, KIT.metadata])


async def test_the_newest_form_is_that_of_the_models(database_url):
    database = Database(database_url)
    assert await upgrade(database, PACKAGE)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_left_over) == []
    before = database.statements
    assert not await upgrade(database, PACKAGE)
    assert database.statements - before <= 6, "a database that is up to date is only asked what it is"
    await database.close()


async def test_the_way_back_leaves_nothing(database_url):
    database = Database(database_url)
    await upgrade(database, PACKAGE)
    await downgrade(database, PACKAGE)
    async with database.engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert tables == ["alembic_version"]
    await database.close()
