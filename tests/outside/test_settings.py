"""Settings: the environment over the file over the defaults, and every bad one told at once."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from cds_service.outside.settings import PREFIX, Settings, SettingsError, load_settings

SECRET = "twenty characters at least"


@pytest.fixture
def config(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "throughline.yaml"
    monkeypatch.setenv("THROUGHLINE_CONFIG", str(path))
    return path


def test_without_anything_set_it_runs_on_this_machine():
    settings = load_settings()

    assert settings.database_url == "sqlite:///throughline.sqlite3"
    assert settings.bind == "127.0.0.1:8000"
    assert settings.is_local


def test_the_environment_wins_over_the_file_and_an_override_over_both(config, monkeypatch):
    config.write_text("workers: 3\nthreads: 5\nread_deadline_ms: 200\n")
    monkeypatch.setenv("THROUGHLINE_THREADS", "6")
    monkeypatch.setenv("THROUGHLINE_READ_DEADLINE_MS", "250")

    settings = load_settings(read_deadline_ms=300)

    assert (settings.workers, settings.threads, settings.read_deadline_ms) == (3, 6, 300)


def test_an_empty_variable_is_not_set(monkeypatch):
    monkeypatch.setenv("THROUGHLINE_WORKERS", "")

    assert load_settings().workers == Settings.model_fields["workers"].default


def test_an_empty_file_sets_nothing(config):
    config.write_text("# nothing yet\n")

    assert load_settings() == Settings()


def test_all_bad_settings_are_told_at_once(config, monkeypatch):
    config.write_text("threads: many\nworker: 2\n")
    monkeypatch.setenv("THROUGHLINE_WORKERS", "0")
    monkeypatch.setenv("THROUGHLINE_BASE_URL", "http://throughline.example.org")
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", "too short to be one")
    monkeypatch.setenv("THROUGHLINE_BIND", "8000")

    with pytest.raises(SettingsError) as raised:
        load_settings()

    said = str(raised.value)
    assert f"{config}:1: threads: " in said
    assert f"{config}:2: worker: there is no such setting; did you mean 'workers'?" in said
    assert "THROUGHLINE_WORKERS: Input should be greater than or equal to 1 (it is '0')" in said
    assert "THROUGHLINE_BASE_URL: 'http://throughline.example.org' is plain http" in said
    assert "THROUGHLINE_SECRET_KEY: shorter than 20 characters" in said
    assert "THROUGHLINE_BIND: " in said
    assert "too short to be one" not in said


def test_a_variable_that_is_wrong_is_named_even_when_the_file_has_it_right(config, monkeypatch):
    config.write_text("workers: 2\n")
    monkeypatch.setenv("THROUGHLINE_WORKERS", "none")

    with pytest.raises(SettingsError, match=r"^THROUGHLINE_WORKERS: "):
        load_settings()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- workers\n", "1: must be a list of settings"),
        ("workers: 1\nworkers: 2\n", "2: 'workers' is written twice"),
        ("workers: &n 1\nthreads: *n\n", "2: aliases"),
        ("workers: !!python/object:os.system 1\n", "1: not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(config, content, says):
    config.write_text(content)

    with pytest.raises(SettingsError, match=re.escape(f"{config}:{says}")):
        load_settings()


def test_a_file_that_is_not_there_is_an_error(config):
    with pytest.raises(SettingsError, match="No such file"):
        load_settings()


def test_a_variable_that_nobody_knows_is_told_but_does_no_harm(monkeypatch, caplog):
    monkeypatch.setenv("THROUGHLINE_DATABASE_URI", "sqlite:///other.sqlite3")

    with caplog.at_level(logging.WARNING):
        load_settings()

    assert "THROUGHLINE_DATABASE_URI is no setting" in caplog.text
    assert "other.sqlite3" not in caplog.text


# Production


def test_production_refuses_to_start_without_a_secret_key():
    with pytest.raises(SettingsError, match="THROUGHLINE_SECRET_KEY is required in production"):
        load_settings(production=True)


@pytest.mark.parametrize(("length", "is_enough"), [(19, False), (20, True)])
def test_a_secret_key_has_twenty_characters_at_least(monkeypatch, length, is_enough):
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", "x" * length)

    if is_enough:
        assert load_settings(production=True).secret_key is not None
    else:
        with pytest.raises(SettingsError, match="shorter than 20"):
            load_settings(production=True)


def test_previous_secret_keys_are_separated_by_commas_and_never_shown(monkeypatch):
    monkeypatch.setenv("THROUGHLINE_PREVIOUS_SECRET_KEYS", f" {SECRET} 1, {SECRET} 2,")

    settings = load_settings()

    assert [key.get_secret_value() for key in settings.previous_secret_keys] == [f"{SECRET} 1", f"{SECRET} 2"]
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://throughline.example.org/", "https://throughline.example.org"),
        ("https://Throughline.Example.org:443", "https://throughline.example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_the_base_url_is_an_origin(monkeypatch, written, origin):
    monkeypatch.setenv("THROUGHLINE_BASE_URL", written)

    assert load_settings().base_url == origin


@pytest.mark.parametrize(
    "written", ["https://x.example.org/path", "https://u:p@x.example.org", "x.example.org"]
)
def test_anything_more_or_less_than_an_origin_is_refused(monkeypatch, written):
    monkeypatch.setenv("THROUGHLINE_BASE_URL", written)

    with pytest.raises(SettingsError, match="THROUGHLINE_BASE_URL"):
        load_settings()


# What README's table is made of


def test_every_setting_is_described():
    undescribed = [name for name, field in Settings.model_fields.items() if not field.description]

    assert undescribed == []
    assert PREFIX == "THROUGHLINE_"


def test_a_path_that_is_not_there_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("THROUGHLINE_VOCABULARY", str(tmp_path / "nowhere.json"))

    with pytest.raises(SettingsError, match=r"THROUGHLINE_VOCABULARY: there is no file or folder"):
        load_settings()
