"""Settings: one frozen value, read from a YAML file and from the environment; the environment wins.

    limits:                                   CHANNELGRAPH_LIMITS__DEPTH=12
      depth: 12

Units are in the names: `_seconds`, `_bytes`. An unknown key is refused by name; every problem is named at once.
"""

from __future__ import annotations

import difflib
import os
import re
from ipaddress import ip_network
from pathlib import Path  # noqa: TC003  # pydantic reads annotations at run time
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.errors import SettingsInvalid

PREFIX = "CHANNELGRAPH_"
SECRET_BYTES = 32
"""Shortest secret that HS256 signatures may be made with: as long as the hash."""

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s?#@A-Z]+\Z")

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ServerSettings(_Section):
    """Where the gateway listens."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all of the machine's.")
    port: int = Field(4000, ge=0, le=65535, description="Port of /graphql, /graphiql and /health; 0 for any free one.")
    health_port: int | None = Field(
        None, ge=0, le=65535, description="Port of its own for /livez, /readyz and /metrics; none when unset."
    )
    workers: int = Field(
        1,
        ge=1,
        le=256,
        description="Processes of `channelgraph gateway`, one a core; each has its own caches, and worker n its health"
        " on `health_port` + n.",
    )
    connections: Positive = Field(10_000, description="Most connections at once; one more is answered 503.")
    requests: Positive = Field(
        2_000, description="Most requests under way at once; one more is answered 503 with Retry-After."
    )
    share_requests: bool = Field(
        default=False, description="Whether equal queries of equal callers, under way at once, are answered once."
    )
    head_seconds: Seconds = Field(15, description="Longest wait for the head of a request, idle connections included.")
    reload_seconds: Seconds = Field(1, description="Time between two looks at the supergraph's file for a new one.")
    streams: Positive = Field(2_000, description="Most subscriptions at once; one more is refused.")
    heartbeat_seconds: Seconds = Field(
        12, description="Longest silence of a stream or a WebSocket, so that no proxy takes it for dead."
    )
    sockets: int = Field(1_000, ge=0, description="Most WebSocket connections at once; 0: none are served.")
    socket_operations: Positive = Field(100, description="Most operations under way on one WebSocket connection.")
    socket_messages: Positive = Field(
        500, description="Most messages a second of one WebSocket connection; one more closes it."
    )
    socket_init_seconds: Seconds = Field(
        10, description="Longest wait for the first message of a WebSocket connection, which says who asks."
    )
    shutdown_seconds: Seconds = Field(20, description="How long requests may finish after SIGTERM before they are cut.")


class LimitSettings(_Section):
    """The most that one request may be."""

    body_bytes: Positive = Field(2_000_000, description="Longest request body.")
    body_seconds: Seconds = Field(10, description="Longest wait for the whole of a request body.")
    header_bytes: Positive = Field(32_768, description="Longest request headers, names and values together.")
    header_count: Positive = Field(200, description="Most request headers.")
    uri_bytes: Positive = Field(32_768, description="Longest path and query string.")
    request_seconds: Seconds = Field(30, description="Longest time one request may take; then what is there is sent.")
    batch: int = Field(
        0,
        ge=0,
        le=100,
        description="Most operations of one request, as a JSON array; 0: batches are refused. All of them together are"
        " held to `tokens` and `cost`.",
    )
    tokens: Positive = Field(15_000, description="Most lexical tokens of a document.")
    operations: Positive = Field(50, description="Most operations in a document.")
    depth: Positive = Field(20, description="Deepest nesting of fields, fragments written out.")
    fields: Positive = Field(2_000, description="Most fields, fragments written out.")
    fragments: Positive = Field(500, description="Most fragment spreads, fragments written out.")
    root_fields: Positive = Field(50, description="Most fields at the root of an operation.")
    aliases: Positive = Field(100, description="Most aliases, fragments written out.")
    directives: Positive = Field(100, description="Most directives, fragments written out.")
    overlaps: Positive = Field(10_000, description="Most steps for comparing fields that share a response key.")
    list_items: Positive = Field(1_000, description="Most items of one list among the variables or in the document.")
    cost: Positive = Field(
        50_000, description="Highest estimated cost of an operation, by @cost and @listSize, before anything is asked."
    )
    cost_by_scope: dict[str, int] = Field(
        {}, description="Scope → highest cost for callers who have it; the highest that applies counts."
    )
    list_size: Positive = Field(10, description="Length assumed of a list about which @listSize says nothing.")


class RateSettings(_Section):
    """How often one caller may ask: the token's subject, or an address. Each worker counts by itself."""

    per_second: Annotated[float, Field(gt=0)] | None = Field(
        None,
        description="Operations a second that a caller may go on asking, batches and fields at the root of a mutation"
        " counted each; one more is answered 429 with Retry-After. Unset: not counted.",
    )
    burst: Positive = Field(100, description="Operations that a caller may ask at once, after some silence.")
    callers: Positive = Field(10_000, description="Most callers remembered; the one seen longest ago is forgotten.")
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Networks (10.0.0.0/8) of proxies whose X-Forwarded-For is believed; nobody else's is."
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ip_network(network)
        return networks


class DocumentSettings(_Section):
    """Documents by their hash: automatic (stored when first sent) and trusted (registered with a contract)."""

    automatic: bool = Field(
        default=True, description="Whether clients may store documents by their SHA-256, as Apollo's clients do."
    )
    automatic_entries: Positive = Field(2_000, description="Most documents that clients have stored.")
    automatic_characters: Positive = Field(10_000_000, description="Most characters of documents clients have stored.")
    trusted_only: bool = Field(
        default=False, description="Whether nothing but the documents registered with a contract is answered."
    )


class ContractSettings(_Section):
    """Cuts of the API schema that channels are served: `<folder>/<contract>/api.graphql` and its operations."""

    folder: Path | None = Field(
        None, description="Folder of the contracts, each served at /graphql/<contract>; none when unset."
    )
    by_channel: dict[str, str] = Field(
        {}, description="Channel → contract that /graphql serves to it; other channels see the whole API schema."
    )
    cost: dict[str, int] = Field({}, description="Contract → highest cost there, in place of `limits.cost`.")
    introspection: dict[str, bool] = Field(
        {}, description="Contract → whether its clients may ask for its schema, in place of `introspection`."
    )
    plans_shown: bool = Field(
        default=False, description="Whether `planning.shown` holds for what is answered over a contract as well."
    )


class CacheSettings(_Section):
    """What is kept between requests."""

    document_entries: Positive = Field(2_000, description="Most documents kept, parsed and validated.")
    document_characters: Positive = Field(
        5_000_000,
        description="Most characters of documents kept, over all contracts; each, with its plan, takes about 45 bytes of memory.",
    )
    program_entries: Positive = Field(2_000, description="Most operations kept, planned and compiled.")


class PlanningSettings(_Section):
    """How operations are planned."""

    thread_characters: Positive = Field(
        4_000, description="Operations longer than this are planned in a thread, so that others go on meanwhile."
    )
    batching: Literal["level", "same-dependencies", "off"] = Field(
        "level", description="Which entity fetches of one subgraph travel together."
    )
    max_steps: Positive = Field(
        100_000, description="Most steps of the search for one plan; past them it is refused as QUERY_PLANNING_LIMIT."
    )
    max_seconds: Seconds = Field(1.2, description="Most CPU time of the search for one plan; past it the same.")
    labels: tuple[str, ...] = Field((), description="Override labels that hold; percent(n) is drawn per request.")
    warm_seconds: Seconds = Field(
        5, description="How long a new supergraph may plan what the old one was asked lately, before it takes over."
    )
    failure_seconds: Seconds = Field(
        5, description="How long a failure to plan is remembered, so that asking again costs nothing."
    )
    shown: bool = Field(
        default=False,
        description="Whether a request with `channelgraph-include-plan: true` is answered with its plan in"
        " `extensions.plan`, and how each fetch went; it tells of subgraphs, so never to strangers.",
    )


class CorsSettings(_Section):
    """Which pages of other origins may ask; none by default."""

    allow_origins: tuple[str, ...] = Field((), description="Origins as scheme://host[:port]; '*' for any.")
    allow_credentials: bool = Field(default=False, description="Whether browsers may send cookies along.")
    max_age_seconds: Positive = Field(600, description="How long a browser may remember a preflight's answer.")
    preflight_required: bool = Field(
        default=False,
        description="Refuse every GET that has no `channelgraph-preflight` header, from browsers or not.",
    )

    @field_validator("allow_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if origin != "*" and not _ORIGIN.match(origin):
                # "null" is what every sandboxed frame of every site says; a path or a slash at the end never matches
                raise ValueError(f"{origin[:100]} is no origin: scheme://host[:port], as browsers send it")
        return origins

    @model_validator(mode="after")
    def _no_credentials_for_all(self) -> CorsSettings:
        if self.allow_credentials and "*" in self.allow_origins:
            raise ValueError("allow_credentials needs origins by name, not '*'")
        return self


class IssuerSettings(_Section):
    """One issuer of bearer tokens."""

    issuer: str = Field(description="The tokens' `iss`.")
    audience: str = Field("channelgraph", description="The tokens' `aud`.")
    algorithms: tuple[str, ...] = Field(("RS256", "ES256", "EdDSA"), min_length=1, description="Algorithms accepted.")
    key: SecretStr | None = Field(None, description="Static key: PEM public key, or the secret for HS256.")
    key_file: Path | None = Field(None, description="File that holds the static key.")
    jwks_url: str | None = Field(None, description="Where the issuer publishes its keys.")

    @model_validator(mode="after")
    def _one_source(self) -> IssuerSettings:
        if sum(source is not None for source in (self.key, self.key_file, self.jwks_url)) != 1:
            raise ValueError("give exactly one of key, key_file, jwks_url")
        hashes = [name for name in self.algorithms if name.startswith("HS")]
        if hashes and (len(hashes) < len(self.algorithms) or self.jwks_url):
            raise ValueError("HS algorithms stand alone and with a static secret: a public key must never be one")
        if "none" in {name.lower() for name in self.algorithms}:
            raise ValueError("algorithm 'none' is not one")
        return self


class IdentitySettings(_Section):
    """Who asks."""

    issuers: tuple[IssuerSettings, ...] = Field(
        (), description="Issuers whose tokens are accepted; none: all anonymous."
    )
    leeway_seconds: float = Field(30, ge=0, description="How far clocks may differ.")
    jwks_seconds: Seconds = Field(
        300, description="How long fetched keys are fresh; old ones serve while none can be had."
    )
    jwks_cooldown_seconds: Seconds = Field(10, description="Shortest time between two fetches of the same keys.")
    default_channel: str = Field("web", description="Channel of a request that names none.")
    policies_claim: str | None = Field(
        None, description="Claim of tokens that lists the policies of `@policy` which hold; without one none ever does."
    )
    enforce: bool = Field(
        default=True, description="Whether @authenticated, @requiresScopes and @policy are enforced here."
    )


class SubgraphSettings(_Section):
    """How subgraphs are asked."""

    urls: dict[str, str] = Field({}, description="Subgraph → URL, in place of the supergraph's routing URL.")
    forward_headers: tuple[str, ...] = Field((), description="Client headers passed on, by name; no other is.")
    return_headers: tuple[str, ...] = Field(
        (), description="Headers of subgraphs' answers passed back, by name; no other is. Of several the last counts."
    )
    timeout_seconds: Seconds = Field(15, description="Longest wait for the whole of one answer.")
    connect_seconds: Seconds = Field(2, description="Longest wait for a connection.")
    response_bytes: Positive = Field(32_000_000, description="Longest answer of one subgraph, after inflating.")
    connections: Positive = Field(100, description="Most connections to one subgraph.")
    waiting: Positive = Field(1_000, description="Most requests waiting for a connection; one more fails at once.")
    compressed: bool = Field(default=False, description="Whether gzip is asked for; not worth it on a fast network.")
    concurrent: Positive = Field(
        100, description="Most requests under way at one subgraph; further ones wait, as many as `waiting` allows."
    )
    sharing: bool = Field(default=True, description="Whether equal queries under way at once are asked once.")
    entities: Positive = Field(
        1_000, description="Most entities one request asks for; more go in several requests at once, order kept."
    )
    retry: bool = Field(default=True, description="Whether a query that broke before its answer began is asked again.")
    breaker: bool = Field(default=True, description="Whether a subgraph that keeps failing is left alone for a while.")
    mask_errors: bool = Field(default=True, description="Whether messages of subgraphs are kept from clients.")
    unmasked: tuple[str, ...] = Field((), description="Subgraphs whose messages are shown all the same.")
    unmasked_scopes: tuple[str, ...] = Field(
        (), description="Scopes, such as those of staff, whose holders are shown every subgraph's messages."
    )
    error_extensions: tuple[str, ...] = Field((), description="Extensions of errors passed on beside `code`.")

    @field_validator("forward_headers", "return_headers")
    @classmethod
    def _lower(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.lower() for name in names)


class TelemetrySettings(_Section):
    """What is told to those who run it."""

    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto: console on a terminal, else JSON."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is written.")
    request_log: Literal["all", "errors", "off"] = Field("all", description="Which requests get their summary line.")
    traces: bool = Field(
        default=False, description="Whether OpenTelemetry spans are made; needs the extra `otel` and its own variables."
    )
    blocked_seconds: Seconds = Field(0.2, description="How long the event loop may stand still before it is told of.")


class Settings(BaseSettings):
    """Everything that can be set; see each section."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    debug: bool = Field(default=False, description="Suggestions in messages and errors unmasked; never in production.")
    introspection: bool = Field(default=True, description="Whether clients may ask for the schema.")
    graphiql: bool = Field(default=True, description="Whether /graphiql is served.")
    identity_secret: SecretStr | None = Field(
        None,
        description=f"Signs the identity passed to subgraphs; at least {SECRET_BYTES} bytes. Unset: they are told of nobody.",
    )
    server: ServerSettings = Field(ServerSettings(), description="Where the gateway listens.")
    limits: LimitSettings = Field(LimitSettings(), description="The most that one request may be.")
    rates: RateSettings = Field(RateSettings(), description="How often one caller may ask.")
    documents: DocumentSettings = Field(DocumentSettings(), description="Documents that are known by their hash.")
    contracts: ContractSettings = Field(ContractSettings(), description="Which cut of the API schema is served where.")
    caches: CacheSettings = Field(CacheSettings(), description="What is kept between requests.")
    planning: PlanningSettings = Field(PlanningSettings(), description="How operations are planned.")
    cors: CorsSettings = Field(CorsSettings(), description="Which pages of other origins may ask.")
    identity: IdentitySettings = Field(IdentitySettings(), description="Who asks.")
    subgraphs: SubgraphSettings = Field(SubgraphSettings(), description="How subgraphs are asked.")
    telemetry: TelemetrySettings = Field(TelemetrySettings(), description="What is told to those who run it.")

    @field_validator("identity_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value().encode()) < SECRET_BYTES:
            raise ValueError(f"must be at least {SECRET_BYTES} bytes long")
        return secret

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then what the file said; no other source."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load_settings(path: Path | None = None) -> Settings:
    """Settings of the file and of the environment.

    Raises  SettingsInvalid, with every problem in one line: which setting, what is wrong, what is possible
    """
    written = _read(path) if path else {}
    _check_environment()
    try:
        return Settings(**written)
    except ValidationError as exc:
        problems = "; ".join(_problem(error) for error in exc.errors(include_url=False, include_input=False))
        where = f"{path}: " if path else ""
        raise SettingsInvalid(f"{where}{problems}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        written = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsInvalid(f"{path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsInvalid(f"{path}: cannot be read: {exc}.") from exc
    except yaml.YAMLError as exc:
        raise SettingsInvalid(f"{path}: is not YAML: {' '.join(str(exc).split())}") from exc
    if written is None:
        return {}
    if not isinstance(written, dict) or not all(isinstance(key, str) for key in written):
        raise SettingsInvalid(f"{path}: must be a mapping of settings.")
    return written


def _check_environment() -> None:
    """Refuse `CHANNELGRAPH_SECTION__KEY` of no section; pydantic-settings passes over such names in silence."""
    sections = {name.upper() for name in Settings.model_fields}
    for name in os.environ:
        section, delimiter, _ = name.removeprefix(PREFIX).partition("__")
        if name.startswith(PREFIX) and delimiter and section.upper() not in sections:
            raise SettingsInvalid(
                f"{name}: there is no section '{section.lower()}'.{_guess(section.lower(), Settings)}"
            )


def _problem(error: Any) -> str:
    place = [str(part) for part in error["loc"]]
    name = ".".join(place)
    if error["type"] == "extra_forbidden":
        return f"{name}: there is no such setting.{_guess(place[-1], _section_of(place), '.'.join(place[:-1]))}"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}."


def _section_of(place: list[str]) -> type[BaseModel] | None:
    section: type[BaseModel] | None = Settings
    for part in place[:-1]:
        found = section.model_fields.get(part) if section else None
        kind = found.annotation if found else None
        section = kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    return section


def _guess(name: str, section: type[BaseModel] | None, prefix: str = "") -> str:
    close = difflib.get_close_matches(name, list(section.model_fields) if section else [], n=1)
    return f" Did you mean {prefix + '.' if prefix else ''}{close[0]}?" if close else ""
