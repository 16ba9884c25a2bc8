"""The base of the catalogue's tables: a registry of their own, so that five services fit into one process."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from subgraphs.kit.tables import NAMING


class Record(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """A row of this service's database; `Record.metadata` holds the catalogue's tables and no other's."""
