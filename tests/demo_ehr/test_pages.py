"""The EHR's own pages: finding patients, the chart's first page, and what guards them."""

from datetime import date

import pytest

from smart_app.demo_ehr.roster import PAGE, age, roster
from smart_app.demo_ehr.summary import panels
from tests.demo_ehr.small_ehr import EHR, TODAY, condition, person, small_people

PEOPLE = small_people().patients.values()


def test_the_list_shows_who_they_are_in_a_line(ehr):
    page = ehr.get("/").text

    assert "Ada Ostrowska" in page
    assert "54 F" in page
    assert "PHQ-9 rising over six weeks" in page
    assert "2 patients" in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ada", ["ada"]),
        ("garcia", ["ben"]),
        ("OSTR ada", ["ada"]),
        ("controlled", ["ben"]),
        ("ada ben", []),
        ("", ["ada", "ben"]),
    ],
)
def test_patients_are_found_by_every_word(words, found):
    assert [row.id for row in roster(PEOPLE, words, 1, TODAY).rows] == found


@pytest.mark.parametrize(("count", "pages"), [(PAGE, 1), (PAGE + 1, 2), (0, 1)])
def test_a_large_panel_is_cut_into_pages(count, pages):
    panel = [person(str(number), "P", str(number), date(2000, 1, 1), "") for number in range(count)]

    last = roster(panel, "", 99, TODAY)

    assert (last.page, last.pages) == (pages, pages)
    assert len(last.rows) == (count - PAGE * (pages - 1))


@pytest.mark.parametrize(
    ("born", "shown"),
    [
        (date(1972, 11, 20), "54"),
        (date(1972, 11, 21), "53"),
        (date(2024, 11, 20), "2"),
        (date(2024, 11, 21), "23 mo"),
        (date(2026, 11, 1), "0 mo"),
    ],
)
def test_age_is_in_whole_years_and_in_months_below_two(born, shown):
    assert age(born, TODAY) == shown


def test_the_chart_shows_what_is_open_and_what_was_ordered(ehr):
    page = ehr.get("/patients/ada").text

    assert "Major depression" in page
    assert "Influenza" not in page
    assert "Office visit" in page
    assert "2026-11-20" in page
    assert "None on record" in page  # medicines, orders


@pytest.mark.parametrize(
    "path", ["/patients/nobody", "/patients/nobody/cards", "/patients/nobody/launch", "/nowhere"]
)
def test_what_is_not_there_is_said_on_a_page(ehr, path):
    answer = ehr.get(path)

    assert answer.status_code == 404
    assert "To the patient list" in answer.text


def test_every_page_says_what_it_may_load_and_frame(ehr):
    policy = ehr.get("/patients/ada").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-src 'self' http://127.0.0.1:8000" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy


def test_the_other_name_of_this_computer_leads_to_the_right_one(ehr):
    answer = ehr.browser.get("/patients/ada?x=1", base_url="http://127.0.0.1:8001")

    assert answer.headers["Location"] == f"{EHR}/patients/ada?x=1"


@pytest.mark.parametrize(
    "host", ["http://elsewhere.example", "http://localhost:9999", "http://127.0.0.1.example"]
)
def test_another_name_is_refused(ehr, host):
    answer = ehr.browser.get("/", base_url=host)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_names_cannot_bring_markup(ehr):
    assert "<script>alert" not in ehr.get("/?q=<script>alert(1)</script>").text


def test_a_problem_recorded_at_two_visits_is_one_problem_since_the_last():
    chart = [
        condition("1", "ada", "Diabetes") | {"onsetDateTime": day} for day in ("2026-01-01", "2026-06-01")
    ]

    problems = panels([*chart, condition("2", "ada", "Anxiety") | {"onsetDateTime": "2026-03-01"}])[0]

    assert [(line.text, line.day) for line in problems.lines] == [
        ("Diabetes", "2026-06-01"),
        ("Anxiety", "2026-03-01"),
    ]
