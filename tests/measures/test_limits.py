"""A result told as a bound (">=10", "<140") counts where the bound decides and is unknown elsewhere."""

import ast

import pytest

from measures.explain import explain
from measures.library import asc_alcohol_screening as asc
from measures.library import cms22_blood_pressure_screening as cms22
from measures.library import cms69_bmi_screening as cms69
from measures.library import cms159_depression_remission as cms159
from measures.library import cms165_blood_pressure as cms165
from measures.library import cms347_statin_therapy as cms347
from measures.library import deprem6_depression_at_six_months as deprem6
from measures.shared.depression import MAJOR_DEPRESSION, PHQ_9
from measures.shared.limits import above, at_least, at_most, below, points, result_in
from measures.shared.visits import OFFICE
from measures.terminology import LOINC, Code
from tests.clinic import chart, diagnosed, observed, pressure, visit
from tests.measures.in_2026 import CLOSED, OPEN, OUT, UNKNOWN, YEAR
from tests.project_files import python_files, text

A1C = Code(LOINC, "4548-4", "A1c")


def statuses(module, *events, **more):
    return [group.status for group in module.MEASURE.evaluate(chart(*events, **more), YEAR).groups]


def phq(day, value):
    return observed(PHQ_9, day, value=value, unit="{score}")


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("<140", CLOSED),
        ("<=139", CLOSED),
        ("<=140", UNKNOWN),
        ("<150", UNKNOWN),
        (">139", UNKNOWN),
        (">=140", OPEN),
    ],
)
def test_cms165_systolic(value, status):
    hypertensive = diagnosed(cms165.HYPERTENSION, "2019-04-01")
    seen = visit(OFFICE, "2026-03-10")
    assert statuses(cms165, seen, hypertensive, pressure(value, 70, "2026-03-10")) == [status]
    assert statuses(cms165, seen, hypertensive, pressure(value, ">=90", "2026-03-10")) == [OPEN]


def test_cms165_says_what_the_bound_was():
    record = chart(
        visit(OFFICE, "2026-03-10"),
        diagnosed(cms165.HYPERTENSION, "2019-04-01"),
        pressure(">=150", 70, "2026-03-10"),
    )
    told = explain(cms165.MEASURE.evaluate(record, YEAR), YEAR.end)
    assert [miss.why for miss in told.nearest] == ["systolic >=150; limit 139"]


@pytest.mark.parametrize(
    ("systolic", "diastolic", "status"),
    [
        ("<120", 70, CLOSED),
        ("<=120", 70, UNKNOWN),
        (125, "<80", OPEN),
        (">=130", 70, OPEN),
        (110, ">79", UNKNOWN),
        (110, ">=80", OPEN),
        (">=140", "<80", OPEN),
        ("<=0", 70, OPEN),  # no pressure at all: not measured
    ],
)
def test_cms22_reading(systolic, diastolic, status):
    seen = visit(cms22.VISIT, "2026-06-10T09:00:00Z", "2026-06-10T09:30:00Z")
    assert statuses(cms22, seen, pressure(systolic, diastolic, "2026-06-10T09:10:00Z")) == [status]


@pytest.mark.parametrize(
    ("value", "status"),
    [("<25", UNKNOWN), ("<18.5", OPEN), (">=25", OPEN), (">24", UNKNOWN), (">=18.5", UNKNOWN), ("<=0", OPEN)],
)
def test_cms69_bmi(value, status):
    seen = visit(cms69.VISIT, "2026-03-10")
    assert statuses(cms69, seen, observed(cms69.BMI, "2026-03-10", value=value, unit="kg/m2")) == [status]


def with_high_phq(module, value):
    seen = visit(cms159.VISIT, "2025-03-01T09:00:00Z", "2025-03-01T10:00:00Z")
    day = "2025-03-01" if module is cms159 else "2026-01-10"
    return seen, diagnosed(MAJOR_DEPRESSION, "2024-06-01", verification="confirmed"), phq(day, value)


@pytest.mark.parametrize(
    ("value", "status"), [(">9", OPEN), (">=10", OPEN), (">=9", UNKNOWN), ("<=9", OUT), ("<10", UNKNOWN)]
)
def test_cms159_first_phq_9(value, status):
    assert statuses(cms159, *with_high_phq(cms159, value)) == [status]


@pytest.mark.parametrize(
    ("value", "status"), [("<5", CLOSED), ("<=4", CLOSED), ("<=5", UNKNOWN), (">4", UNKNOWN), (">=5", OPEN)]
)
def test_cms159_last_phq_9(value, status):
    assert statuses(cms159, *with_high_phq(cms159, 16), phq("2026-03-01", value)) == [status]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (">9", 4, [CLOSED, CLOSED]),
        (">=9", 4, [UNKNOWN, UNKNOWN]),
        (16, "<5", [CLOSED, CLOSED]),
        (16, "<=8", [UNKNOWN, CLOSED]),
        (16, "<9", [UNKNOWN, UNKNOWN]),
        (16, ">8", [OPEN, OPEN]),
        (">=16", 8, [OPEN, CLOSED]),
        (">=16", 9, [OPEN, UNKNOWN]),
    ],
)
def test_deprem6_remission_and_response(first, last, expected):
    assert statuses(deprem6, *with_high_phq(deprem6, first), phq("2026-07-10", last)) == expected


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [(16, 9, "9; more than half of the first"), (16, ">=7", ">=7; may be more than half of the first")],
)
def test_deprem6_claims_more_than_half_only_where_it_is(first, last, why):
    record = chart(*with_high_phq(deprem6, first), phq("2026-07-10", last))
    result = deprem6.MEASURE.evaluate(record, YEAR)
    [latest] = result.found[deprem6.reassessed].evidence
    assert deprem6.not_halved(latest, record, YEAR) == why


NOT_UNHEALTHY, UNHEALTHY, EITHER = [OUT, CLOSED, CLOSED], [OPEN, CLOSED, OPEN], [UNKNOWN, CLOSED, UNKNOWN]


@pytest.mark.parametrize(
    ("value", "name", "gender", "expected"),
    [
        ("<3", asc.AUDIT_C, None, NOT_UNHEALTHY),
        ("<4", asc.AUDIT_C, "male", NOT_UNHEALTHY),
        ("<4", asc.AUDIT_C, "female", EITHER),
        (">=3", asc.AUDIT_C, "male", EITHER),
        (">=3", asc.AUDIT_C, "female", UNHEALTHY),
        (">=3", asc.AUDIT_C, None, EITHER),
        (">=4", asc.AUDIT_C, None, UNHEALTHY),
        ("<8", asc.AUDIT, "male", NOT_UNHEALTHY),
        (">7", asc.AUDIT, "male", EITHER),
        (">=8", asc.AUDIT, "male", UNHEALTHY),
        (">=1", asc.HEAVY_DAYS, "female", UNHEALTHY),
    ],
)
def test_asc_screens(value, name, gender, expected):
    screen = observed(name, "2026-05-10", value=value, unit="{score}")
    assert statuses(asc, visit(OFFICE, "2026-05-10"), screen, gender=gender) == expected


@pytest.mark.parametrize(
    ("value", "status"), [(">=190", OPEN), (">189", UNKNOWN), ("<190", OUT), ("<200", UNKNOWN), (190, OPEN)]
)
def test_cms347_very_high_ldl(value, status):
    seen = visit(OFFICE, "2026-03-10")
    ldl = observed(cms347.LDL, "2026-03-10", value=value, unit="mg/dL")
    assert statuses(cms347, seen, ldl, born="1990-01-01") == [OUT, status, OUT, OUT]


@pytest.mark.parametrize(
    ("asks", "at_8", "at_9", "at_10"),
    [(below, 1, 0, 0), (at_most, 1, 1, 0), (at_least, 0, 1, 1), (above, 0, 0, 1)],
)
def test_each_word_on_both_sides_of_its_limit(asks, at_8, at_9, at_10):
    record = chart(*(observed(A1C, "2026-03-10", value=value) for value in (8, 9, 10)))
    answers = [asks(9, result_in("%"))(event) for event in record.every("Observation").sure]
    assert answers == [bool(at_8), bool(at_9), bool(at_10)]


def test_what_is_no_number_or_in_another_unit_is_neither():
    record = chart(observed(A1C, "2026-03-10"), observed(A1C, "2026-03-10", value=53, unit="mmol/mol"))
    empty, other_unit = record.every("Observation").sure
    assert [below(9, result_in("%"))(event) for event in (empty, other_unit)] == [None, None]
    assert (below(60, points)(empty), below(60, points)(other_unit)) == (None, True)


def test_an_unknown_that_a_bound_leaves_open_is_not_blamed_on_the_date():
    seen = visit(OFFICE, "2026-03-10")
    hypertensive = diagnosed(cms165.HYPERTENSION, "2019-04-01")
    reading = pressure("<150", 70, "2026-03-10", id="bounded")
    result = cms165.MEASURE.evaluate(chart(seen, hypertensive, reading), YEAR)
    assert result.findings["systolic_controlled"].why_unknown == "left open by Observation/bounded"


def test_no_measure_or_order_check_reads_a_number_without_its_comparator():
    """HINT: ask it `below`, `at_most`, `at_least` or `above` (measures/shared/limits.py)."""
    read = [
        f"{path}:{node.lineno}"
        for path in python_files("measures")
        if path.parts[1] in ("library", "shared") or "checks" in path.parts
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Attribute) and node.attr == "number"
    ]
    assert read == []
