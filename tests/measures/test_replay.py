"""The stewards' official cases, replayed unedited from ../shared where it is present."""

from pathlib import Path

import orjson
import pytest

from measures.catalog import find_measures
from measures.replay import DeckError, replay
from measures.terminology import Vocabulary
from measures.vocabulary import read_vocabulary
from tests.project_files import SHARED

VOCABULARIES = {"2026": "ecqm-2026.json", "2025": "ecqm-2025.json"}


@pytest.fixture(scope="module")
def vocabularies() -> dict[str, Vocabulary]:
    return {year: read_vocabulary(SHARED / "vocabulary" / name) for year, name in VOCABULARIES.items()}


def decks() -> list[Path]:
    """Of the measures in the catalogue."""
    named = (SHARED / "decks" / f"{name}.jsonl" for name in find_measures().measures)
    return [path for path in named if path.exists()]


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared with the stewards' decks is not here")
@pytest.mark.parametrize("deck", decks(), ids=lambda path: path.stem)
def test_every_official_case_agrees(deck, vocabularies):
    period = orjson.loads(deck.read_bytes().splitlines()[0])["period"]
    vocabulary = vocabularies["2025" if period["start"].startswith("2025") else "2026"]
    [tally] = replay(deck, find_measures(), vocabulary).values()
    assert tally.cases > 0
    assert [str(d) for d in tally.disagreements] == []


CASE = {
    "measure": "CMS2",
    "case": "c1",
    "title": "NeverSeen",
    "period": {"start": "2026-01-01", "end": "2026-12-31"},
    "patient_bundle": [{"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01"}],
    "expected": [{"id": "Group_1", "populations": {"initial-population": 1}}],
}


class _Everything(dict[str, frozenset[tuple[str, str]]]):
    def __contains__(self, oid: object) -> bool:
        return True


def any_vocabulary() -> Vocabulary:
    vocabulary = Vocabulary({}, label="", content_hash="", for_reporting=False)
    vocabulary.codes_in = _Everything()
    return vocabulary


def test_a_disagreement_is_named(tmp_path):
    deck = tmp_path / "deck.jsonl"
    deck.write_bytes(orjson.dumps(CASE))
    [tally] = replay(deck, find_measures(), any_vocabulary()).values()
    assert str(tally) == "CMS2 0/1"
    assert [str(d) for d in tally.disagreements] == [
        "NeverSeen (c1) Group_1: initial-population expected 1, got 0"
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", r"deck\.jsonl:1: not a line of JSON"),
        (orjson.dumps(CASE | {"measure": "CMS0"}), r"deck\.jsonl:1: no 'CMS0'; known measures: .*CMS2"),
    ],
)
def test_a_line_that_cannot_be_replayed_is_named(tmp_path, line, says):
    deck = tmp_path / "deck.jsonl"
    deck.write_bytes(line)
    with pytest.raises(DeckError, match=says):
        replay(deck, find_measures(), any_vocabulary())
