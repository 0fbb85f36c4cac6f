"""The life of a rule on the command line: each deed of the studio, with its second person."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from cds_service.life_cycle import FOLDERS, Deed, State
from cds_service.outside import clock
from cds_service.outside.audit_reading import AuditReader
from cds_service.outside.database import Database
from cds_service.outside.registry import HostEhr, HostEhrs
from cds_service.outside.rule_store import RuleStore
from cds_service.outside.vault import Vault
from tests.cds_service import test_studio_commands as studio
from tests.cds_service.test_studio_commands import RULE, release, rules

store, rule = studio.store, studio.rule  # the rules of the installation, and a changed one
ID = "a1c-not-measured"
SAFETY = "safety-plan-due"


@pytest.fixture
def lakeside(installation: Database, vault: Vault) -> None:
    """A second host EHR."""
    HostEhrs(installation, vault).add(HostEhr(name="lakeside", fhir_base="https://lakeside.example.org/fhir"))


def life(deed: str, by: str, *more: object, rule_id: str = ID) -> Result:
    return rules(deed, rule_id, "--ehr", "riverside", "--by", by, *more)


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def state(store: RuleStore, revision: int = 1, rule_id: str = ID, ehr: str = "riverside") -> State:
    return store.standing(ehr, rule_id).state_of(revision, clock.today())


def status() -> dict[str, str]:
    lines = done(rules("status", "--ehr", "riverside")).splitlines()
    return dict(line.split(": ", 1) for line in lines)


def saved(rule: Path, author: str = "ann") -> None:
    done(rules("import", rule, "--author", author))


def test_a_draft_is_sent_approved_by_another_and_retired(store: RuleStore, rule: Path):
    saved(rule)
    assert f"{ID} (revision 1) waits for a second person: riverside\n" == done(life("send", "ann"))
    assert state(store) is State.WAITING
    assert "sent by staff/ann to be live" in status()[ID]

    assert "cannot approve it" in life("approve", "ann").output
    assert state(store) is State.WAITING

    assert done(life("approve", "ben")) == f"{ID} (revision 1) is approved: live: riverside\n"
    assert status()[ID] == "revision 1 (version 2) is live"

    sent = done(life("retire", "ann", "--why", "nobody acts on it"))
    assert sent == f"{ID} (revision 1) waits for a second person: riverside\n"
    assert state(store) is State.LIVE
    assert "is live, sent by staff/ann to be retired" in status()[ID]
    assert store.history(rule_id=ID)[-1].step.why == "nobody acts on it"
    assert "ask a second person" in life("approve", "ann").output
    assert done(life("approve", "ben")) == f"{ID} (revision 1) is approved: retired: riverside\n"
    assert state(store) is State.RETIRED
    assert status()[ID] == "off"

    assert done(life("rollback", "ann")) == f"{ID} at riverside: revision 1\n"
    assert state(store) is State.LIVE


def test_what_waits_is_sent_back_and_can_be_sent_again_for_the_shadow_and_a_day(
    store: RuleStore,
    rule: Path,
):
    saved(rule)
    done(life("send", "ann", "--from", "2999-01-01"))
    assert "to be live from 2999-01-01" in status()[ID]
    assert "is sent back: draft" in done(life("send-back", "ben"))
    assert "nothing of a1c-not-measured waits for approval at riverside" in life("approve", "ben").output

    done(life("send", "ann", "--shadow"))
    assert "is approved: shadow" in done(life("approve", "ben"))
    assert status()[ID].startswith("the rule of the folders is live, revision 1 (version 2) is shadow")
    done(life("retire", "ann", "--shadow"))
    assert state(store) is State.RETIRED
    assert "in the shadow at riverside" in life("retire", "ann", "--shadow").output


OF_A_CHECK = """\
id: our-own
version: "1"
owner: Quality team
hook: order-sign
priority: 50
when: {check: %s}
card: {indicator: warning, summary: "{check.says}"}
"""


def our_own(rule: Path, text: str = RULE.replace(f"id: {ID}", "id: our-own")) -> Path:
    """The file with a rule of an id that no folder holds."""
    rule.write_text(text)
    return rule


def test_one_person_does_not_roll_back_to_no_rule_at_all(store: RuleStore, rule: Path):
    done(release(our_own(rule)))
    refused = life("rollback", "ann", rule_id="our-own")

    assert "nothing was live before revision 1" in refused.output
    assert "send it to be retired, which takes a second person" in refused.output
    assert state(store, rule_id="our-own") is State.LIVE

    done(life("retire", "ann", "--approver", "ben", rule_id="our-own"))
    assert state(store, rule_id="our-own") is State.RETIRED
    assert done(life("rollback", "ann", rule_id="our-own")) == "our-own at riverside: revision 1\n"


def test_what_is_only_scheduled_is_taken_back_by_one(store: RuleStore, rule: Path):
    done(release(our_own(rule), "ben", "--from", "2999-01-01"))

    assert done(life("rollback", "ann", rule_id="our-own")) == "our-own at riverside: nothing\n"
    assert state(store, rule_id="our-own") is State.RETIRED


@pytest.mark.parametrize(
    ("check", "falls_back"), [("citalopram-dose", True), ("triptan-serotonergic", False)]
)
def test_of_an_order_check_that_is_on_the_built_in_rule_speaks_again(
    store: RuleStore, rule: Path, check: str, falls_back: bool
):
    done(release(our_own(rule, OF_A_CHECK % check)))
    result = life("rollback", "ann", rule_id="our-own")

    assert (result.exit_code == 0) is falls_back, result.output
    assert (state(store, rule_id="our-own") is State.RETIRED) is falls_back


@pytest.mark.usefixtures("lakeside")
def test_the_built_in_rule_is_retired_at_one_host_ehr_and_brought_back(store: RuleStore):
    assert "waits for a second person" in done(life("retire", "ann"))
    assert state(store, FOLDERS) is State.LIVE
    assert "the rule of the folders is live, sent by staff/ann to be retired" in status()[ID]
    done(life("approve", "ben"))

    assert state(store, FOLDERS) is State.RETIRED
    assert state(store, FOLDERS, ehr="lakeside") is State.LIVE
    assert status()[ID] == "off"
    assert store.text(ID) is not None  # to go on from
    assert f"{ID} is not live at riverside" in life("retire", "ann").output

    assert done(life("rollback", "ann")) == f"{ID} at riverside: the rule of the folders\n"
    assert state(store, FOLDERS) is State.LIVE
    assert [one.step.deed for one in store.history(rule_id=ID)] == [
        Deed.SEND,
        Deed.APPROVE,
        Deed.ROLL_BACK,
    ]


def test_retiring_what_is_about_suicide_safety_says_so(store: RuleStore):
    assert "nobody will be told of it there then" in done(life("retire", "ann", rule_id=SAFETY))
    done(life("send-back", "ben", rule_id=SAFETY))
    assert "name another" in life("retire", "ann", "--approver", "ann", rule_id=SAFETY).output
    assert state(store, FOLDERS, rule_id=SAFETY) is State.LIVE

    both = done(life("retire", "ann", "--approver", "ben", rule_id=SAFETY))

    assert "(the rule of the folders) is retired: riverside" in both
    assert "about suicide safety: nobody is told of it there now" in both
    assert state(store, FOLDERS, rule_id=SAFETY) is State.RETIRED


@pytest.mark.parametrize(
    ("rule_id", "told"),
    [
        ("maoi-pair", "is told by the rule that speaks for every order check"),
        ("no-such-rule", "there is no card rule 'no-such-rule'; known here: "),
    ],
)
def test_what_cannot_be_retired_says_what_to_do_instead(store: RuleStore, rule_id: str, told: str):
    result = life("retire", "ann", rule_id=rule_id)

    assert result.exit_code == 1
    assert told in result.output
    assert store.history() == ()


@pytest.mark.parametrize("deed", ["send", "approve", "send-back", "retire", "rollback"])
def test_each_deed_takes_its_permission(store: RuleStore, rule: Path, deed: str):
    saved(rule)
    if deed in ("approve", "send-back"):
        done(life("send", "ann"))
    before = store.history()

    result = life(deed, "cat")

    assert result.exit_code == 1
    assert "needs the permission to" in result.output
    assert store.history() == before


def test_a_revision_that_is_not_there_or_was_shown_with_another_text_is_not_sent(
    store: RuleStore,
    rule: Path,
):
    assert "no such saved revision of a1c-not-measured" in life("send", "ann").output
    done(release(rule))
    rule.write_text(RULE.replace("priority: 5", "priority: 7"))
    saved(rule)

    assert "was shown before with another text" in life("send", "ann", "--revision", "2").output


@pytest.mark.usefixtures("lakeside")
def test_of_two_host_ehrs_either_both_are_done_or_none(store: RuleStore, rule: Path):
    saved(rule)
    done(life("send", "ann"))

    result = life("approve", "ben", "--ehr", "lakeside")

    assert "waits for approval at lakeside" in result.output
    assert state(store) is State.WAITING


def test_everything_done_is_in_the_audit(installation: Database, rule: Path):
    saved(rule)
    for deed, by in (("send", "ann"), ("send-back", "ben"), ("retire", "ann"), ("approve", "ben")):
        done(life(deed, by))

    told = AuditReader(installation).actions()
    assert {"rule-saved", "rule-sent-for-approval", "rule-sent-back", "rule-retired"} <= set(told)


@pytest.mark.parametrize("deed", ["send", "approve", "send-back", "retire", "rollback"])
def test_a_rule_that_nobody_wrote_is_told_with_the_nearest(installation: Database, deed: str):
    done = rules(deed, "naloxon-due", "--ehr", "riverside", "--by", "ann")

    assert done.exit_code == 1
    assert "there is no card rule 'naloxon-due'; did you mean 'naloxone-due'?" in done.output
