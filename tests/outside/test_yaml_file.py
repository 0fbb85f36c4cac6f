"""YAML written by people: what looks like a day or a number and is none is told with its line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.outside.yaml_file import FileProblems, parse_yaml

FILE = Path("rule.yaml")


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(FileProblems) as found:
        parse_yaml(text.encode(), FILE)
    return found.value.problems


def test_days_that_are_on_no_calendar_are_all_told_with_line_key_and_mend():
    text = """\
id: x
effective: {from: 2026-02-30}
tests:
  - says: somebody
    as_of: 2026-13-30
"""
    mend = "is no day of the calendar; write one that is, such as 2026-02-28"
    assert problems(text) == (
        f"rule.yaml:2: effective.from: '2026-02-30' {mend}",
        f"rule.yaml:5: tests.as_of: '2026-13-30' {mend}",
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("2026-02-29", "no day of the calendar"),
        ("!!timestamp soon", "no day of the calendar"),
        ("!!int many", "no number"),
        ("!!float much", "no number"),
        ("!!bool perhaps", "no truth"),
    ],
)
def test_a_value_that_is_not_what_it_says_is_told(value: str, says: str):
    assert problems(f"a: 1\nb: {value}\n")[0].startswith("rule.yaml:2: b: ")
    assert says in problems(f"a: 1\nb: {value}\n")[0]


@pytest.mark.parametrize("value", ["2024-02-29", "'2026-02-30'", "2026-2-30 or so", "12", "1.5", "yes"])
def test_what_is_a_day_a_number_or_text_is_read(value: str):
    assert parse_yaml(f"a: {value}".encode(), FILE).values
