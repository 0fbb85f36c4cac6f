"""FHIR dates as stretches of time, and the prefixes on both sides of their edges."""

import pytest

from smart_app.demo_ehr.fhir_dates import END, matches, prefixed, span, spans_in


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("2024", "2024-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
        ("2026-02", "2026-02-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00"),
        ("2026-02-28", "2026-02-28T00:00:00+00:00", "2026-03-01T00:00:00+00:00"),
        ("2026-11-12T09:30:00-05:00", "2026-11-12T09:30:00-05:00", "2026-11-12T09:30:01-05:00"),
        ("2026-11-12T09:30Z", "2026-11-12T09:30:00+00:00", "2026-11-12T09:31:00+00:00"),
        ("2026-11-12T09:30:00.5Z", "2026-11-12T09:30:00.500000+00:00", "2026-11-12T09:30:00.501000+00:00"),
    ],
)
def test_a_date_covers_all_the_time_it_may_mean(text, start, end):
    assert [one.isoformat() for one in span(text)] == [start, end]


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13", "2026-02-29", "26-01-01", "2026-1-1", "2026-01-01T25:00:00Z"]
)
def test_what_is_not_a_date_is_refused(text):
    with pytest.raises(ValueError, match=r"date|month|day|hour"):
        span(text)


def test_the_last_day_there_is_does_not_overflow():
    assert span("9999-12-31")[1] == END


@pytest.mark.parametrize(
    ("asked", "held", "answer"),
    [
        ("2026-11-12", "2026-11-12T23:59:59Z", True),
        ("2026-11-12", "2026-11-13T00:00:00Z", False),
        ("2026-11-12", "2026-11", False),
        ("ne2026-11-12", "2026-11-13", True),
        ("ne2026-11-12", "2026-11-12", False),
        ("ge2026-11-12", "2026-11-12", True),
        ("ge2026-11-12", "2026-11-11", False),
        ("gt2026-11-12", "2026-11-12", False),
        ("gt2026-11-12", "2026-11-13", True),
        ("le2026-11-12", "2026-11-12", True),
        ("le2026-11-12", "2026-11-13", False),
        ("lt2026-11-12", "2026-11-12", False),
        ("lt2026-11-12", "2026-11-11", True),
        ("sa2026-11-12", "2026-11-12", False),
        ("sa2026-11-12", "2026-11-13", True),
        ("eb2026-11-12", "2026-11-12", False),
        ("eb2026-11-12", "2026-11-11", True),
    ],
)
def test_each_prefix_on_both_sides_of_its_edge(asked, held, answer):
    prefix, asked_span = prefixed(asked)

    assert matches(prefix, asked_span, span(held)) is answer


def test_a_period_without_an_end_goes_on():
    open_ended = spans_in({"start": "2026-01-01"})

    assert open_ended is not None
    assert matches("gt", span("2099-01-01"), open_ended)


def test_a_plus_that_a_client_did_not_encode_is_read_as_one():
    assert prefixed("ge2026-11-12T09:30:00 01:00") == prefixed("ge2026-11-12T09:30:00+01:00")


@pytest.mark.parametrize("held", [None, 17, {}, {"start": 5}, "yesterday", {"start": "never"}])
def test_a_date_that_cannot_be_read_is_no_date(held):
    assert spans_in(held) is None
