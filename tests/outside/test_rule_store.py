"""Rules in the database: texts that never change, deeds of two people, workers that see them."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from cds_service.drafts import load_drafts
from cds_service.life_cycle import Deed, NotAllowed, State, Step
from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.audit_reading import AuditReader, Wanted
from cds_service.outside.database import Database
from cds_service.outside.rule_store import RuleStore
from cds_service.rule_folders import RuleFolders
from cds_service.rules import known_here
from cds_service.rules_in_use import ASK_SECONDS, RulesInUse
from measures.catalog import find_measures
from tests.cds_service.test_rules import GOOD
from tests.outside.several_processes import in_processes

KNOWN = known_here(find_measures(), load_drafts())
FOLDERS = RuleFolders(None, KNOWN)
BASE = FOLDERS.rules
BUILT_IN_ID = "a1c-not-measured"
NEW = GOOD.replace("a1c-due", BUILT_IN_ID).replace('"1"', '"7"')


@pytest.fixture
def store(database: Database) -> RuleStore:
    return RuleStore(database, AuditLog(database))


def in_use(store: RuleStore) -> RulesInUse:
    """The rules as one worker has them that asks each time."""
    return RulesInUse(FOLDERS, store, ask_seconds=0)


def saved(store: RuleStore, text: str = NEW, rule_id: str = BUILT_IN_ID) -> int:
    return store.save(rule_id, "7", "quality", text, author="staff/ann").revision


def released(
    store: RuleStore, revision: int, aim: State = State.LIVE, at: tuple[str, ...] = ("riverside",)
) -> None:
    store.do(BUILT_IN_ID, Step(Deed.SEND, revision, "staff/ann", aim), at)
    store.do(BUILT_IN_ID, Step(Deed.APPROVE, revision, "staff/ben"), at)


def version(rules: RulesInUse, host_ehr: str = "riverside") -> str | None:
    found = [rule.version for rule in rules.at(host_ehr, clock.today()).rules if rule.id == BUILT_IN_ID]
    return found[0] if found else None


def test_a_text_is_kept_as_the_next_revision_and_the_same_text_once(store: RuleStore):
    assert [saved(store), saved(store, NEW + "# more\n"), saved(store, NEW + "# more\n")] == [1, 2, 2]
    first = store.text(BUILT_IN_ID, 1)
    assert first is not None
    assert first.text == NEW


def test_a_released_version_replaces_the_one_of_the_folders_at_its_host_ehr_only(store: RuleStore):
    released(store, saved(store))

    assert version(in_use(store)) == "7"
    assert version(in_use(store), "hillside") == BASE[BUILT_IN_ID].version


def test_the_first_day_of_a_release_is_one_of_the_place_of_its_host_ehr(store: RuleStore, database: Database):
    """Where it is still yesterday, yesterday is today."""
    revision, yesterday = saved(store), clock.today() - timedelta(days=1)
    sent = Step(Deed.SEND, revision, "staff/ann", State.LIVE, yesterday)
    with pytest.raises(NotAllowed):
        store.do(BUILT_IN_ID, sent, ("riverside",))

    in_the_west = RuleStore(database, AuditLog(database), lambda _: yesterday)
    in_the_west.do(BUILT_IN_ID, sent, ("riverside",))

    assert in_the_west.standing("riverside", BUILT_IN_ID).waiting is not None


def test_the_author_cannot_approve_and_nothing_is_kept(store: RuleStore):
    revision = saved(store)
    store.do(BUILT_IN_ID, Step(Deed.SEND, revision, "staff/ann", State.LIVE), ("riverside",))

    with pytest.raises(NotAllowed, match="second person"):
        store.do(BUILT_IN_ID, Step(Deed.APPROVE, revision, "staff/ann"), ("riverside",))

    assert store.standing("riverside", BUILT_IN_ID).state_of(revision, clock.today()) is State.WAITING
    assert version(in_use(store)) == BASE[BUILT_IN_ID].version


def test_a_deed_that_fails_at_one_host_ehr_is_done_at_none(store: RuleStore):
    revision = saved(store)
    released(store, revision)

    with pytest.raises(NotAllowed):
        store.do(BUILT_IN_ID, Step(Deed.SEND, revision, "x", State.LIVE), ("hillside", "riverside"))

    assert store.standings("hillside") == {}


def test_every_worker_sees_a_release_and_its_rollback(store: RuleStore):
    workers = in_use(store), in_use(store)
    assert {version(worker) for worker in workers} == {BASE[BUILT_IN_ID].version}

    released(store, saved(store))
    assert [version(worker) for worker in workers] == ["7", "7"]

    rollback = Step(Deed.ROLL_BACK, 1, "staff/ann")
    store.do(BUILT_IN_ID, rollback, ("riverside",), falls_back=True)
    assert {version(worker) for worker in workers} == {BASE[BUILT_IN_ID].version}


def worker_process(number: int, url: str, ready: str) -> str | None:
    """A worker that asks as seldom as a real one does; the first releases once both have begun."""
    with closing(Database(url)) as opened:
        store = RuleStore(opened, AuditLog(opened))
        rules = RulesInUse(FOLDERS, store)
        before = version(rules)
        Path(ready, str(number)).touch()
        give_up_at = clock.monotonic() + 30
        while number == 0 and len(list(Path(ready).iterdir())) < 2 and clock.monotonic() < give_up_at:
            continue
        if number == 0:
            released(store, saved(store))
        while version(rules) == before and clock.monotonic() < give_up_at:
            continue
        return version(rules)


def test_another_process_sees_a_release(database: Database, tmp_path: Path):
    ready = tmp_path / "ready"
    ready.mkdir()
    url = database.url.render_as_string(hide_password=False)

    assert in_processes(worker_process, url, str(ready), processes=2) == ["7", "7"]
    assert ASK_SECONDS < 1


def test_a_worker_asks_again_only_after_a_while(store: RuleStore):
    seldom = RulesInUse(FOLDERS, store, ask_seconds=3600)
    before = version(seldom)
    released(store, saved(store))

    assert version(seldom) == before


def test_a_bad_version_leaves_the_last_good_one_and_is_told(store: RuleStore):
    released(store, saved(store))
    released(store, saved(store, NEW.replace("CMS122", "CMS999")))
    rules = in_use(store)

    assert version(rules) == "7"
    assert rules.refused == ("a1c-not-measured revision 2",)


def test_a_bad_first_version_leaves_the_rule_of_the_folders(store: RuleStore):
    released(store, saved(store, NEW.replace("hook: patient-view", "hook: [")))

    assert version(in_use(store)) == BASE[BUILT_IN_ID].version


def test_a_retired_rule_is_gone_and_comes_back_by_a_rollback(store: RuleStore):
    revision = saved(store)
    released(store, revision)
    store.do(BUILT_IN_ID, Step(Deed.SEND, revision, "staff/ann", State.RETIRED), ("riverside",))
    store.do(BUILT_IN_ID, Step(Deed.APPROVE, revision, "staff/ben"), ("riverside",))
    assert version(in_use(store)) is None

    store.do(BUILT_IN_ID, Step(Deed.ROLL_BACK, revision, "staff/ann"), ("riverside",))
    assert version(in_use(store)) == "7"


def test_a_shadow_is_evaluated_beside_what_is_live(store: RuleStore):
    released(store, saved(store), State.SHADOW)
    rules = in_use(store).at("riverside", clock.today())

    assert [(one.rule.version, one.revision) for one in rules.shadows] == [("7", 1)]
    assert [rule.version for rule in rules.rules if rule.id == BUILT_IN_ID] == [BASE[BUILT_IN_ID].version]


def test_as_long_as_nothing_changes_the_rules_are_the_same_object(store: RuleStore):
    rules = in_use(store)
    before = rules.at("riverside", clock.today())

    assert rules.at("riverside", clock.today()) is before


def test_a_fire_of_a_shadow_counts_once_in_a_visit(store: RuleStore):
    for visit in ("visit-1", "visit-1", "visit-2"):
        store.note_shadows("riverside", "pat-1", visit, [(BUILT_IN_ID, 1)])

    since = clock.now() - timedelta(days=1)
    assert store.shadow_fires("riverside", since) == {(BUILT_IN_ID, 1): 2}
    assert store.shadow_fires("hillside", since) == {}
    assert store.shadow_fires("riverside", clock.now() + timedelta(days=1)) == {}


def test_every_change_is_in_the_audit(store: RuleStore, database: Database):
    revision = saved(store)
    released(store, revision)
    store.do(BUILT_IN_ID, Step(Deed.SEND, revision, "staff/ann", State.RETIRED), ("riverside",))
    store.do(BUILT_IN_ID, Step(Deed.APPROVE, revision, "staff/ben"), ("riverside",))
    store.do(BUILT_IN_ID, Step(Deed.ROLL_BACK, revision, "staff/cat"), ("riverside",))

    rows = [(row.action, row.actor, row.host_ehr) for row in AuditReader(database).page(Wanted())]
    assert rows[::-1] == [
        ("rule-saved", "staff/ann", ""),
        ("rule-sent-for-approval", "staff/ann", "riverside"),
        ("rule-approved", "staff/ben", "riverside"),
        ("rule-sent-for-approval", "staff/ann", "riverside"),
        ("rule-retired", "staff/ben", "riverside"),
        ("rule-rolled-back", "staff/cat", "riverside"),
    ]
    assert AuditLog(database).verify() is None
