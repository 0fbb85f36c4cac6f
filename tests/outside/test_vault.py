"""What is sealed opens in its place with its key, and nowhere else."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.outside.settings import Settings, SettingsError
from cds_service.outside.vault import Tampered, Vault, WrongKey, open_vault

NEW, OLD = "the new secret of the tests", "the old secret of the tests"


@given(text=st.text(), where=st.text())
def test_any_text_opens_where_it_was_sealed(text, where):
    assert Vault(NEW).open(Vault(NEW).seal(text, where=where), where=where) == text


def test_the_same_text_is_sealed_differently_each_time():
    vault = Vault(NEW)

    assert vault.seal("x", where="a") != vault.seal("x", where="a")


def test_a_sealed_text_moved_elsewhere_does_not_open():
    vault = Vault(NEW)

    with pytest.raises(
        Tampered, match="lakeside/chart: the sealed text was changed, or belongs to another place"
    ):
        vault.open(vault.seal("x", where="riverside/chart"), where="lakeside/chart")


def test_another_key_is_named_as_the_reason():
    with pytest.raises(WrongKey, match="THROUGHLINE_PREVIOUS_SECRET_KEYS"):
        Vault(NEW).open(Vault(OLD).seal("x", where="a"), where="a")


def test_after_a_rotation_the_old_opens_and_the_new_seals():
    rotated = Vault(NEW, OLD)

    assert rotated.open(Vault(OLD).seal("x", where="a"), where="a") == "x"
    assert Vault(NEW).open(rotated.seal("x", where="a"), where="a") == "x"


@pytest.mark.parametrize("position", [3, 12, 20, -1])
def test_one_changed_character_is_enough_not_to_open(position):
    vault = Vault(NEW)
    sealed = list(vault.seal("some text", where="a"))
    sealed[position] = "A" if sealed[position] != "A" else "B"

    with pytest.raises((Tampered, WrongKey)):
        vault.open("".join(sealed), where="a")


@pytest.mark.parametrize("text", ["", "v1", "v1.", "v1.ab", "v2.ab.cd", "plain", "v1..", "v1.ab.\x00"])
def test_what_was_never_sealed_does_not_open(text):
    with pytest.raises((Tampered, WrongKey)):
        Vault(NEW).open(text, where="a")


def test_no_error_holds_the_text_or_the_key():
    sealed = Vault(OLD).seal("canary", where="a")

    with pytest.raises(WrongKey) as raised:
        Vault(NEW).open(sealed, where="a")

    assert "canary" not in str(raised.value)
    assert NEW not in str(raised.value)


# The installation's own


def test_without_a_secret_key_one_is_kept_beside_the_database(sqlite_url, tmp_path):
    settings = Settings(database_url=sqlite_url)

    sealed = open_vault(settings).seal("x", where="a")

    kept = tmp_path / "throughline.sqlite3.key"
    assert open_vault(settings).open(sealed, where="a") == "x"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]


def test_processes_that_start_together_keep_one_key(sqlite_url):
    settings = Settings(database_url=sqlite_url)
    with ThreadPoolExecutor(8) as together:
        vaults = list(together.map(lambda _: open_vault(settings), range(16)))

    sealed = vaults[0].seal("x", where="a")

    assert {vault.open(sealed, where="a") for vault in vaults} == {"x"}


def test_a_kept_key_that_others_can_read_is_refused(sqlite_url, tmp_path):
    settings = Settings(database_url=sqlite_url)
    open_vault(settings)
    (tmp_path / "throughline.sqlite3.key").chmod(0o640)

    with pytest.raises(SettingsError, match="chmod 600"):
        open_vault(settings)


def test_where_no_key_can_be_kept_one_must_be_given(tmp_path):
    nowhere = Settings(database_url=f"sqlite:///{tmp_path}/nowhere/throughline.sqlite3")

    with pytest.raises(SettingsError, match="set THROUGHLINE_SECRET_KEY"):
        open_vault(nowhere)


def test_postgresql_needs_a_given_key():
    with pytest.raises(SettingsError, match="THROUGHLINE_SECRET_KEY is required"):
        open_vault(Settings(database_url="postgresql://localhost/x"))


def test_a_given_key_is_never_written_down(sqlite_url, tmp_path):
    open_vault(Settings(database_url=sqlite_url, secret_key=NEW, previous_secret_keys=f"{OLD},{OLD}2"))

    assert os.listdir(tmp_path) == []
