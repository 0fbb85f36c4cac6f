"""What a FHIR search finds in one chart, and what it refuses to guess."""

import pytest

from smart_app.demo_ehr.search import SearchProblem, find, read_search
from tests.demo_ehr.small_ehr import ids


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Observation?patient=ada", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=Patient/ada", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?subject=Patient/ada", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?subject:Patient=ada", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=http://localhost:8001/fhir/Patient/ada", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=ada&_id=phq", ["phq"]),
        ("Observation?patient=ada&_id=phq,a1c-new", ["a1c-new", "phq"]),
        ("Observation?patient=ada&code=4548-4", ["a1c-old", "a1c-new"]),
        ("Observation?patient=ada&code=http://loinc.org|4548-4", ["a1c-old", "a1c-new"]),
        (
            "Observation?patient=ada&code=http://loinc.org%7C4548-4,http://loinc.org%7C44261-6",
            ["a1c-old", "a1c-new", "phq"],
        ),
        ("Observation?patient=ada&code=http://snomed.info/sct|4548-4", []),
        ("Observation?patient=ada&code=|4548-4", []),
        ("Observation?patient=ada&code=http://loinc.org|", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=ada&code:not=4548-4", ["phq"]),
        ("Observation?patient=ada&category=survey", ["phq"]),
        ("Observation?patient=ada&category=survey,laboratory", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=ada&date=ge2026-08-02", ["a1c-new", "phq"]),
        ("Observation?patient=ada&date=gt2026-08-02", ["phq"]),
        ("Observation?patient=ada&date=ge2026-01-10&date=lt2026-08-02", ["a1c-old"]),
        ("Observation?patient=ada&date=2026-08", ["a1c-new"]),
        ("Observation?patient=ada&status=final,amended", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=ada&status=preliminary", []),
        ("Observation?patient=ada&encounter:missing=true", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=ada&encounter:missing=false", []),
        ("Observation?patient=ada&_sort=-date", ["phq", "a1c-new", "a1c-old"]),
        ("Observation?patient=ada&_sort=date", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=ada&_sort=-code,date", ["a1c-old", "a1c-new", "phq"]),
        ("Observation?patient=ada&_sort=code,-date", ["phq", "a1c-new", "a1c-old"]),
        ("Observation?patient=ada&_sort=-date&_count=1", ["phq"]),
        ("Condition?patient=ada&clinical-status=active", ["mdd"]),
        ("Condition?patient=ada&onset-date=le2025", ["mdd", "flu"]),
        ("Encounter?patient=ada&status=in-progress", ["now"]),
        ("Encounter?patient=ada&class=AMB&date=ge2026-11-01", ["then", "now"]),
        ("Patient?_id=ada", ["ada"]),
        ("Practitioner?name=vale", ["noor"]),
        ("Practitioner?name=ale", []),
        ("Practitioner?name:contains=ale", ["noor"]),
        ("Procedure?patient=ada", []),
    ],
)
def test_a_search_finds(ehr, query, found):
    assert ids(ehr.fhir(query)) == found


def test_a_visit_without_an_end_goes_on_so_a_search_from_a_later_day_finds_it(ehr):
    assert "now" in ids(ehr.fhir("Encounter?patient=ada&date=gt2026-12-24"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("Observation?patient=ada&colour=red", "no search parameter 'colour'"),
        ("Observation?patient=ada&code:in=http://x", "':in' is not supported"),
        ("Observation?patient=ada&date=recently", "'date=recently' is not a date"),
        ("Observation?patient=ada&_count=-1", "'_count' must be a whole number"),
        ("Observation?patient=ada&_count=1e9", "'_count' must be a whole number"),
        ("Observation?patient=ada&_sort=-mood", "Cannot sort Observation by 'mood'"),
        ("Observation?patient=ada&code=", "'code' has no value"),
        ("Observation?code=4548-4,&patient=", "'patient' has no value"),
    ],
)
def test_a_search_it_cannot_do_is_refused_with_the_reason(ehr, query, said):
    answer = ehr.fhir(query)

    assert answer.status_code == 400
    assert answer.get_json()["resourceType"] == "OperationOutcome"
    assert said in answer.get_json()["issue"][0]["diagnostics"]


def test_all_that_is_wrong_with_a_query_is_said_at_once():
    with pytest.raises(SearchProblem, match=r"'colour'.*'_count'"):
        read_search("Observation", [("colour", "red"), ("_count", "many")])


def test_a_comma_can_be_part_of_a_value():
    assert read_search("Observation", [("code", r"a\,b,c")]).filters[0].values == ("a,b", "c")


def test_pages_lead_to_each_other_until_everything_was_seen(ehr):
    path, seen = "Observation?patient=ada&_sort=date&_count=2", []
    for _ in range(2):
        bundle = ehr.fhir(path).get_json()
        assert bundle["total"] == 3
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        path = links.get("next", "").removeprefix("http://localhost:8001/fhir/")

    assert seen == ["a1c-old", "a1c-new", "phq"]
    assert path == ""


def test_a_search_may_be_posted(ehr):
    headers = ehr.token()

    answer = ehr.post(
        "/fhir/Observation/_search", data={"patient": "ada", "code": "44261-6"}, headers=headers
    )

    assert ids(answer) == ["phq"]


def test_an_empty_search_has_no_empty_array(ehr):
    bundle = ehr.fhir("Procedure?patient=ada").get_json()

    assert "entry" not in bundle
    assert bundle["total"] == 0


def test_dates_of_different_zones_sort_by_when_they_were():
    late_evening = {
        "resourceType": "Observation",
        "id": "evening",
        "effectiveDateTime": "2026-08-02T22:30:00-04:00",
    }
    after_midnight = {
        "resourceType": "Observation",
        "id": "night",
        "effectiveDateTime": "2026-08-03T00:45:00Z",
    }
    undated = {"resourceType": "Observation", "id": "undated"}

    for sort, order in (
        ("date", ["night", "evening", "undated"]),
        ("-date", ["evening", "night", "undated"]),
    ):
        found = find(read_search("Observation", [("_sort", sort)]), [after_midnight, undated, late_evening])
        assert [one["id"] for one in found] == order
