"""The base of the cart service's tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from subgraphs.kit.tables import NAMING


class Record(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of this subgraph's tables."""
