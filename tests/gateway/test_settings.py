"""Settings: file and environment, and every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import SettingsInvalid
from gateway.pipeline import document_options
from gateway.settings import Settings, load_settings
from gateway.settings_docs import settings_docs


@pytest.fixture
def written(tmp_path, monkeypatch):
    def write(text: str):
        path = tmp_path / "settings.yaml"
        path.write_text(text, "utf-8")
        return load_settings(path)

    return write


def test_without_anything_the_defaults_hold():
    settings = load_settings(None)
    assert (settings.server.port, settings.limits.depth, settings.cors.allow_origins) == (4000, 20, ())


def test_a_file_sets_and_the_environment_wins(written, monkeypatch):
    monkeypatch.setenv("CHANNELGRAPH_LIMITS__DEPTH", "9")
    settings = written("limits: {depth: 7, aliases: 5}")
    assert (settings.limits.depth, settings.limits.aliases) == (9, 5)


def test_the_file_that_the_guide_shows_is_one(written):
    guide = Path(__file__).parents[2].joinpath("docs/gateway.md").read_text("utf-8")
    settings = written(guide.split("```yaml\n")[1].split("```")[0])
    assert (settings.server.workers, settings.documents.trusted_only, settings.introspection) == (4, True, False)


def test_an_empty_file_changes_nothing(written):
    assert written("").limits.depth == 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limits: {dephth: 3}", ["limits.dephth", "no such setting", "limits.depth"]),
        ("limts: {depth: 3}", ["limts", "Did you mean limits"]),
        ("server: {port: x}\nlimits: {depth: 0}", ["server.port", "integer", "limits.depth", "greater than 0"]),
        ("limits: 3", ["limits", "dictionary"]),
        ("- 1", ["mapping"]),
        ("{", ["not YAML"]),
        ("identity_secret: short", ["identity_secret", "32 bytes"]),
        ("cors: {allow_origins: ['*'], allow_credentials: true}", ["cors", "by name"]),
        ("identity: {issuers: [{issuer: a}]}", ["identity.issuers.0", "exactly one"]),
        ("identity: {issuers: [{issuer: a, key: k, algorithms: [none]}]}", ["'none'"]),
        ("identity: {issuers: [{issuer: a, key: k, algorithms: [HS256, RS256]}]}", ["HS algorithms stand alone"]),
    ],
)
def test_a_mistake_is_one_line_that_says_what_and_where(written, text, words):
    with pytest.raises(SettingsInvalid) as caught:
        written(text)
    assert "\n" not in caught.value.message
    for word in words:
        assert word in caught.value.message


def test_a_secret_is_not_repeated_in_the_error(written):
    with pytest.raises(SettingsInvalid) as caught:
        written("identity_secret: hunter2")
    assert "hunter2" not in caught.value.message


def test_an_unknown_section_in_the_environment_is_refused(monkeypatch):
    monkeypatch.setenv("CHANNELGRAPH_LIMTS__DEPTH", "9")
    with pytest.raises(SettingsInvalid, match="CHANNELGRAPH_LIMTS__DEPTH"):
        load_settings(None)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsInvalid, match="no such file"):
        load_settings(tmp_path / "nope.yaml")


def test_every_setting_has_a_description():
    schema = Settings.model_json_schema()
    sections = [schema, *schema["$defs"].values()]
    silent = [
        f"{section['title']}.{name}"
        for section in sections
        for name, setting in section.get("properties", {}).items()
        if not setting.get("description") and "$ref" not in setting  # a section describes itself
    ]
    assert not silent
    assert all(section.get("description") for section in sections)


def test_L5_the_documentation_lists_every_setting_as_it_is():
    """`channelgraph settings --format markdown > docs/settings.md` renews it."""
    assert (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8") == settings_docs()


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load_settings(None).limits.depth = 3


def test_nothing_is_open_that_was_not_opened():
    """Defaults, read as a stranger would like them to be otherwise."""
    settings = Settings()
    assert not settings.debug
    assert settings.server.host == "127.0.0.1"
    assert not settings.server.share_requests
    assert settings.limits.batch == 0
    assert settings.rates.trusted_proxies == ()
    assert settings.cors.allow_origins == ()
    assert not settings.cors.allow_credentials
    assert settings.identity.issuers == ()
    assert settings.identity.enforce
    assert settings.subgraphs.forward_headers == settings.subgraphs.return_headers == ()
    assert settings.subgraphs.mask_errors
    assert (
        settings.subgraphs.unmasked == settings.subgraphs.unmasked_scopes == settings.subgraphs.error_extensions == ()
    )
    assert not settings.planning.shown
    assert not settings.contracts.plans_shown
    assert not document_options(settings).suggestions


def test_every_limit_has_a_bound_and_none_is_beyond_reason():
    limits = Settings().limits.model_dump(exclude={"batch"})  # which is none by default
    most = {
        "body_bytes": 10**7,
        "header_bytes": 10**5,
        "uri_bytes": 10**5,
        "tokens": 10**5,
        "cost": 10**5,
        "overlaps": 10**5,
    }
    for name, value in limits.items():
        if isinstance(value, int | float):
            assert 0 < value <= most.get(name, 10_000), name
