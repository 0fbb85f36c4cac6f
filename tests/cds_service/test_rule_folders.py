"""The rules of an installation's own folder, changed while the service runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from structlog.testing import capture_logs

from cds_service.drafts import load_drafts
from cds_service.outside.audit import AuditLog
from cds_service.outside.clock import today
from cds_service.outside.database import Database
from cds_service.outside.rule_store import RuleStore
from cds_service.outside.settings import Settings
from cds_service.outside.yaml_file import FileProblems
from cds_service.rule_folders import RuleFolders
from cds_service.rules import known_here
from cds_service.rules_in_use import ASK_SECONDS, RulesInUse
from measures.catalog import find_measures
from smart_app.app import create_app
from tests.cds_service.test_rules import GOOD

KNOWN = known_here(find_measures(), load_drafts())
BAD = GOOD.replace("CMS122", "CMS999")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "rules"
    made.mkdir()
    (made / "mine.yaml").write_text(GOOD)
    return made


@pytest.fixture
def folders(folder: Path) -> RuleFolders:
    return RuleFolders(folder, KNOWN)


def worker(folders: RuleFolders, database: Database) -> RulesInUse:
    return RulesInUse(folders, RuleStore(database, AuditLog(database)), ask_seconds=0)


def version(rules: RulesInUse) -> str | None:
    return next((rule.version for rule in rules.at("riverside", today()).rules if rule.id == "a1c-due"), None)


def test_every_worker_sees_a_file_that_is_changed_added_or_deleted(folder: Path, database: Database):
    workers = [worker(RuleFolders(folder, KNOWN), database) for _ in range(2)]
    assert {version(one) for one in workers} == {"1"}
    unchanged = workers[0].at("riverside", today())
    assert workers[0].at("riverside", today()) is unchanged

    (folder / "mine.yaml").write_text(GOOD.replace('"1"', '"2"'))
    assert [version(one) for one in workers] == ["2", "2"]

    (folder / "other.yml").write_text(GOOD.replace("a1c-due", "a1c-too"))
    assert all("a1c-too" in one.base for one in workers)

    (folder / "mine.yaml").unlink()
    assert {version(one) for one in workers} == {None}
    assert ASK_SECONDS < 1


def test_a_file_replaced_by_one_of_the_same_time_and_size_is_another(folder: Path, database: Database):
    rules = worker(RuleFolders(folder, KNOWN), database)
    before, new = (folder / "mine.yaml").stat(), folder / "new"
    new.write_text(GOOD.replace('"1"', '"2"'))
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(folder / "mine.yaml")

    assert version(rules) == "2"


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("mine.yaml", BAD, "mine.yaml:6"),
        ("mine.yaml", GOOD + "  - [\n", "mine.yaml:10"),
        ("twice.yaml", GOOD, "twice.yaml:1"),
    ],
    ids=["a measure nobody has", "no YAML", "an id that is there"],
)
def test_what_is_wrong_leaves_the_last_good_rules_and_is_told_once(
    folder: Path, database: Database, name: str, text: str, where: str
):
    rules = worker(RuleFolders(folder, KNOWN), database)
    (folder / "mine.yaml").write_text(GOOD.replace('"1"', '"2"'))
    assert version(rules) == "2"

    with capture_logs() as lines:
        (folder / name).write_text(text if name == "twice.yaml" else text.replace('"1"', '"3"'))
        found = {version(rules) for _ in range(3)}

    assert found == {"2"}
    assert [line["where"] for line in lines if line["log_level"] == "error"] == [where]
    assert rules.wrong_files == (where,)
    assert rules.mistakes[0].startswith(f"{folder}/{where}: ")


def test_what_was_wrong_and_is_mended_is_used(folder: Path, database: Database):
    rules = worker(RuleFolders(folder, KNOWN), database)
    (folder / "mine.yaml").write_text(BAD)
    assert rules.wrong_files

    (folder / "mine.yaml").write_text(GOOD.replace('"1"', '"2"'))
    assert version(rules) == "2"
    assert rules.wrong_files == ()


def test_a_folder_that_is_gone_changes_nothing_and_is_told(folder: Path, database: Database):
    rules = worker(RuleFolders(folder, KNOWN), database)
    folder.rename(folder.with_name("elsewhere"))

    assert version(rules) == "1"
    assert rules.wrong_files == ("rules",)


def test_only_a_file_that_is_another_is_read_again(folder: Path, folders: RuleFolders):
    (folder / "other.yml").write_text(GOOD.replace("a1c-due", "a1c-too"))
    before = folders.rules

    assert folders.look()
    assert all(folders.rules[rule_id] is rule for rule_id, rule in before.items())
    assert not folders.look()


def test_a_service_does_not_begin_with_rules_it_cannot_use(folder: Path):
    (folder / "mine.yaml").write_text(BAD)
    with pytest.raises(FileProblems, match=r"mine\.yaml:6"):
        RuleFolders(folder, KNOWN)


def test_a_worker_that_starts_later_takes_the_last_good_rules(
    folder: Path, folders: RuleFolders, database: Database
):
    (folder / "mine.yaml").write_text(GOOD.replace('"1"', '"2"'))
    folders.look()
    (folder / "mine.yaml").write_text(BAD)

    assert version(worker(folders, database)) == "2"


def test_the_readiness_page_says_which_file_is_wrong(settings: Settings, folder: Path):
    app: Flask = create_app(settings.model_copy(update={"rules_dir": folder}))
    wiring = app.extensions["throughline"]
    (folder / "mine.yaml").write_text(BAD)
    wiring.rules_in_use._ask()

    response = app.test_client().get("/readyz")

    assert response.status_code == 200
    assert (response.json or {})["rules_refused"] == ["mine.yaml:6"]
    wiring.close()
