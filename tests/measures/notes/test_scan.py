"""What a mention carries, and what no note can do to the scanner."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.instrument_catalog import find_instruments
from measures.notes import Kind, offered, scan
from measures.notes.patterns import FILE, PatternsError, patterns_of
from measures.notes.results import MOST_NAMES
from measures.notes.scan import MOST_SENTENCES
from measures.notes.sentences import LONGEST, dates, sentences

TODAY = date(2026, 3, 10)


def test_a_mention_proves_itself_with_its_sentence_and_place():
    text = "Mood is better.\nPHQ-9 score was 17/27 today. Continue sertraline."
    (mention,) = scan(text, TODAY)

    assert mention.sentence == "PHQ-9 score was 17/27 today."
    assert text[mention.start : mention.end] == "PHQ-9 score was 17/27"
    assert (mention.instrument, mention.value, mention.kind) == ("phq-9", 17, Kind.CURRENT)


def test_the_place_is_right_in_a_note_with_windows_line_ends_and_a_lone_number():
    text = "Seen today.\r\n\r\nPHQ-9 Total Score\r\n14\r\nGAD-7: 11\r\n"
    found = scan(text, TODAY)

    assert [(m.instrument, m.value) for m in found] == [("phq-9", 14), ("gad-7", 11)]
    assert text[found[0].start : found[0].end] == "PHQ-9 Total Score\r\n14"
    assert text[found[1].start : found[1].end] == "GAD-7: 11"


def test_only_current_results_are_offered_and_the_same_one_once():
    text = "PHQ-9 17 today. Last PHQ-9 20. Mother's PHQ-9 9. Will repeat PHQ-9. PHQ-9: ___. Again: PHQ-9 17."

    assert [(m.instrument, m.value) for m in offered(scan(text, TODAY))] == [("phq-9", 17)]


@pytest.mark.parametrize(
    ("text", "written", "kind", "said"),
    [
        ("PHQ-9 on 3/10/2026: 6", TODAY, Kind.CURRENT, "3/10/2026"),
        ("PHQ-9 on 3/9/2026: 6", TODAY, Kind.HISTORICAL, "3/9/2026"),
        ("PHQ-9 on 3/10: 6", TODAY, Kind.CURRENT, "3/10"),
        ("PHQ-9 on 3/10/2026: 6", None, Kind.HISTORICAL, "3/10/2026"),  # the note's own day is not known
        ("PHQ-9: 6", None, Kind.CURRENT, ""),
        ("PHQ-9 2026-03-10: 6", TODAY, Kind.CURRENT, "2026-03-10"),
        ("PHQ-9 in Oct 2025: 6", TODAY, Kind.HISTORICAL, "Oct 2025"),
        ("PHQ-9 on March 10, 2026: 6", TODAY, Kind.CURRENT, "March 10, 2026"),
    ],
)
def test_a_result_of_another_day_is_historical(text: str, written: date | None, kind: Kind, said: str):
    (mention,) = scan(text, written)

    assert (mention.kind, mention.date_text, mention.value) == (kind, said, 6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PHQ-9 >20 today", None),
        ("PHQ-9 score >= 10", None),
        ("PHQ-9 (<5)", None),
        ("PHQ-9 20+", None),
        ("PHQ-9 of 15 or more", None),
        ("PHQ-9 -> 17", 17),  # an arrow, no bound
        ("PHQ-9 => 17", 17),
        ("PHQ-9: 17 (>10 is moderate)", 17),
        ("PHQ-9 20 + GAD", 20),
    ],
)
def test_a_number_told_as_a_bound_is_no_score(text: str, value: int | None):
    assert [m.value for m in offered(scan(text, TODAY))] == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [("PHQ-9 27", 27), ("PHQ-9 28", None), ("PHQ-9 27/27", 27), ("PHQ-9 3/14", None), ("PHQ-9 9/27", 9)],
)
def test_a_number_beyond_the_scale_is_no_score(text: str, value: int | None):
    assert [m.value for m in offered(scan(text, TODAY))] == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("C-SSRS negative", (False, "")), ("C-SSRS: high risk", (None, "high")), ("C-SSRS 3", None)],
)
def test_a_c_ssrs_has_a_verdict_or_a_level_and_no_number(text: str, verdict: tuple[bool | None, str] | None):
    assert [(m.positive, m.level) for m in offered(scan(text, TODAY))] == (
        [] if verdict is None else [verdict]
    )


def test_every_name_is_of_an_instrument_we_have():
    named = set(patterns_of_file()["names"]) | set(patterns_of_file()["in_capitals"])

    assert named <= set(find_instruments().instruments)


def patterns_of_file() -> dict:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_a_pattern_that_is_no_regular_expression_is_named():
    said = patterns_of_file()
    said["kinds"]["planned"]["before"] = ["(unclosed"]

    with pytest.raises(PatternsError, match=r"patterns\.yaml: kinds\.planned\.before: no regular expression"):
        patterns_of(said)


def test_a_place_nobody_looks_at_is_named():
    said = patterns_of_file()
    said["kinds"]["planned"]["beside"] = ["x"]

    with pytest.raises(PatternsError, match=r"kinds\.planned: there is no place beside; use before"):
        patterns_of(said)


@pytest.mark.parametrize(
    "text",
    [
        "PHQ-9 " + "score of " * 20_000,
        "PHQ-9" * 20_000,
        "PHQ-9 1 -> " * 10_000,
        "mother " * 30_000 + "PHQ-9 17",
        "PHQ-9 (" * 20_000,
        "from 1 on the " * 10_000 + "PHQ-9",
        "\n" * 100_000 + "PHQ-9 17",
        "1/1/1/1/" * 20_000,
    ],
    ids=["links", "names", "arrows", "family", "brackets", "before", "lines", "slashes"],
)
def test_a_note_made_to_be_slow_is_scanned_all_the_same(text: str):
    scan(text, TODAY)


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_any_text_is_scanned_and_every_mention_lies_in_it(text: str):
    for mention in scan(text, TODAY):
        assert 0 <= mention.start < mention.end <= len(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "PHQ-9",
                "GAD-7",
                "17",
                "/27",
                "from",
                "to",
                "mother's",
                "(",
                ")",
                "\n",
                ".",
                "3/10",
                "C-SSRS",
                "high",
            ]
        )
    )
)
@settings(max_examples=300)
def test_any_row_of_clinical_words_is_scanned(words: list[str]):
    text = " ".join(words)
    for mention in scan(text, TODAY):
        assert text[mention.start : mention.end].strip()


def test_a_note_is_scanned_so_far_and_no_further():
    text = "PHQ-9 item 1: 0.\n" * (MOST_SENTENCES - 1)

    assert len(scan(text + "PHQ-9 17", TODAY)) == 1
    assert scan(text + "PHQ-9 item 2: 0.\n" + "PHQ-9 17", TODAY) == ()


def test_a_sentence_is_read_for_so_many_names_and_no_more():
    assert len(scan("PHQ-9 3 " * MOST_NAMES, TODAY)) == MOST_NAMES
    assert len(scan("PHQ-9 3 " * (MOST_NAMES + 1), TODAY)) == MOST_NAMES


def test_a_long_sentence_is_cut():
    assert [len(one.text) for one in sentences("x" * (LONGEST + 1))] == [LONGEST, 1]


@pytest.mark.parametrize("text", ["13/14/2026", "0/3", "3/32", "2026-13-01", "17/27"])
def test_what_is_no_day_is_no_date(text: str):
    assert dates(text) == []
