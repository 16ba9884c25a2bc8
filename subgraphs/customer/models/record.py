"""Base of the tables of this subgraph: one registry, so that no two subgraphs of one process share names."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from subgraphs.kit.tables import NAMING


class Record(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of the tables of the customer subgraph."""
