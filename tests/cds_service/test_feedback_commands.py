"""`throughline rules acceptance, proposals` as they are typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cds_service.outside.rule_store import RuleStore
from cds_service.outside.settings import load_settings
from cds_service.wiring import Wiring, wire
from tests.cds_service.test_studio_commands import rules, store
from tests.shown_cards import shown

__all__ = ["store"]
ID = "a1c-not-measured"


@pytest.fixture
def parts(store: RuleStore) -> Iterator[Wiring]:
    """The installation with feedback on one rule at riverside."""
    with closing(wire(load_settings())) as made:
        shown(made, ID, 40, accepted=9, reasons={"another-visit": 26, "record-wrong": 5})
        shown(made, ID, 10, reasons={"another-visit": 10}, site="Organization/small")
        yield made


def test_figures_are_printed_as_a_table_and_nothing_of_too_few(parts: Wiring):
    whole = rules("acceptance", "--ehr", "riverside").output
    by_site = rules("acceptance", "--ehr", "riverside", "--by", "site").output

    [row] = csv.DictReader(io.StringIO(whole))
    assert (row["rule"], row["shown"], row["accepted"], row["set_aside"]) == (ID, "50", "9", "41")
    [row] = csv.DictReader(io.StringIO(by_site))
    assert (row["site"], row["parts_together"], row["shown"]) == ("", "2", "50")
    assert "no host EHR is called nowhere" in rules("acceptance", "--ehr", "nowhere").output


def test_proposals_are_printed_with_their_evidence_and_change_nothing(parts: Wiring):
    assert rules("proposals", "--ehr", "riverside").output.splitlines() == [
        f"{ID} open-only: accepted 9 and set aside 41 of 50 cards, "
        "36 of them as “Will be done at another visit”",
        "    show it only once the gap is open, no longer while a later visit can still close it",
        "    when.status: open-gap, prospective-gap -> open-gap",
    ]
    assert parts.rule_store.texts() == ()


def test_a_draft_is_made_by_its_author_and_printed_as_a_file(parts: Wiring, tmp_path: Path):
    made = rules("proposals", "--ehr", "riverside", "--draft", ID, "open-only", "--author", "ann")

    [kept] = parts.rule_store.texts()
    assert (made.stdout, kept.author, kept.version) == (kept.text, "staff/ann", "2")
    file = tmp_path / "rule.yaml"
    file.write_text(made.stdout)
    assert rules("check", tmp_path).exit_code == 0
    assert "revision 1 says this already" in rules("proposals", "--ehr", "riverside").output


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--draft", ID, "open-only"], "name the account with --author"),
        (["--draft", ID, "later", "--author", "ann"], "feedback does not suggest this"),
        (["--draft", ID, "open-only", "--author", "cat"], "needs the permission to draft"),
        (["--draft", ID, "open-only", "--author", "eve"], "no staff account"),
        (["--draft", "nothing", "open-only", "--author", "ann"], "feedback does not suggest this"),
    ],
)
def test_what_cannot_be_drafted_is_told_and_nothing_is_kept(parts: Wiring, more: list[str], told: str):
    result = rules("proposals", "--ehr", "riverside", *more)

    assert result.exit_code == 1
    assert told in result.output
    assert parts.rule_store.texts() == ()


def test_without_feedback_nothing_is_suggested(store: RuleStore):
    assert rules("proposals", "--ehr", "riverside").output == "the feedback suggests no change\n"
    assert rules("acceptance", "--ehr", "riverside").output.count("\n") == 1
