"""What one subgraph is told from outside: one frozen value, from environment variables or from the program that starts it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SubgraphSettings(BaseSettings):
    """Settings of one subgraph; every field may come from `CHANNELGRAPH_<FIELD>` in the environment.

    name                one of the subgraphs' names, e.g. customer
    data_dir            folder of the embedded database; made when missing
    database_url        an SQLAlchemy URL; left out: an SQLite file in `data_dir`. `postgresql://…` gets asyncpg
    sample_data         load the sample world into a new, empty database
    identity_secret     key of the gateway's identity header, at least 32 bytes; None: everyone is anonymous
    debug               show the text of unexpected errors to the caller; never in production
    header_bytes        longest request headers, names and values together
    header_count        most request headers
    uri_bytes           longest path and query string
    body_bytes          longest request body
    body_seconds        how long a body may take to arrive
    request_seconds     how long one operation may take when the caller states no deadline
    entities            most representations in one `_entities` call
    traces              tell how long each field took, where the caller asks as Apollo's routers do; it tells names and times
    relay               run the outbox relay in this process
    peers               subgraph name → URL of its /graphql, for those that run as services of their own
    marketplaces        provider of a channel's account → the address its listings are posted to (catalog)
    secrets_dir         folder with one file a secret, named as `channelConnect` names them (catalog)
    feed_password       with it the files of /feeds are also given by HTTP's Basic authentication (catalog)
    shop_url            where the shop's own pages are: links in messages lead there
    migrate             bring the database up to date at start; always done for an embedded one
    """

    model_config = SettingsConfigDict(env_prefix="CHANNELGRAPH_", extra="forbid", frozen=True)

    name: str
    data_dir: Path = Path("data")
    database_url: str = ""
    sample_data: bool = True
    identity_secret: str | None = None
    debug: bool = False
    header_bytes: int = Field(default=65_536, ge=1)
    header_count: int = Field(default=200, ge=1)
    uri_bytes: int = Field(default=32_768, ge=1)
    body_bytes: int = Field(default=2_000_000, ge=1)
    body_seconds: float = Field(default=10.0, gt=0)
    request_seconds: float = Field(default=30.0, gt=0)
    entities: int = Field(default=1_000, ge=1)
    traces: bool = False
    relay: bool = True
    peers: dict[str, str] = Field(default_factory=dict)
    marketplaces: dict[str, str] = Field(default_factory=dict)
    secrets_dir: Path | None = None
    feed_password: str | None = Field(default=None, min_length=12)
    shop_url: str = "https://shop.example"
    migrate: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.identity_secret is not None and len(self.identity_secret.encode()) < 32:
            msg = "identity_secret must have at least 32 bytes; make one with `openssl rand -hex 32`"
            raise ValueError(msg)
        return self

    @property
    def embedded(self) -> bool:
        """True when the database is an SQLite file that this process keeps itself."""
        return self.url.startswith("sqlite")

    @property
    def url(self) -> str:
        """The database's URL with its async driver named."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.data_dir / f'{self.name}.sqlite'}"
        for prefix in ("postgresql://", "postgres://"):
            if self.database_url.startswith(prefix):
                return "postgresql+asyncpg://" + self.database_url.removeprefix(prefix)
        return self.database_url
