"""Host EHR profiles: the questions each kind of EHR answers, from files whose every mistake is told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cds_service.outside.registry import HostEhr
from cds_service.outside.yaml_file import FileProblems
from cds_service.profiles import BUILT_IN, profiles
from measures.gather import QUERIES, Query, State
from tests.cds_service.fhir_server import LONG, condition, fhir

CONDITION = Query("Condition", "Condition", "Condition?patient={patient}")
NAMES = ("athena", "epic", "generic", "oracle")


def host(profile: str, base: str = "https://ehr.example.org/fhir", **more) -> HostEhr:
    site = {"practice": "195900"} if profile == "athena" else {}
    return HostEhr.model_validate(
        {"name": "riverside", "fhir_base": base, "profile": profile, "site": site} | more
    )


def searches(profile: str, kind: str) -> list[str]:
    return [query.search for query in host(profile).queries(QUERIES) if query.kind == kind]


def test_every_profile_of_the_design_is_there_under_its_name():
    assert tuple(profiles()) == NAMES
    assert {profile.name for profile in profiles().values()} == set(NAMES)


def test_the_plain_standard_is_asked_the_plain_questions():
    assert host("generic").queries(QUERIES) == QUERIES


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_a_key_of_its_own_and_names_the_patient(name):
    asked = host(name).queries(QUERIES)

    assert len({query.key for query in asked}) == len(asked)
    assert all("{patient}" in query.search for query in asked)
    assert not any("{" in query.search.replace("{patient}", "") for query in asked)
    assert not any("_elements" in query.search for query in asked)


def test_epic_is_asked_for_observations_a_category_at_a_time_and_for_medicines_of_every_status():
    categories = ["laboratory", "vital-signs", "survey", "social-history"]
    assert searches("epic", "Observation") == [
        f"Observation?patient={{patient}}&category={category}" for category in categories
    ]
    (medicines,) = searches("epic", "MedicationRequest")
    assert {"active", "completed", "stopped"} <= set(medicines.partition("status=")[2].split(","))


def test_athena_is_told_the_practice_in_every_search_but_not_in_a_read():
    practice = "&ah-practice=Organization/a-1.Practice-195900"
    assert all(q.search.endswith(practice) for q in host("athena").queries(QUERIES) if q.kind != "Patient")
    assert searches("athena", "Patient") == ["Patient/{patient}"]


def test_a_type_an_ehr_does_not_have_is_not_asked_for():
    assert searches("oracle", "DeviceRequest") == []
    assert searches("generic", "DeviceRequest") != []


@pytest.mark.parametrize(
    ("name", "kind", "possible"),
    [
        ("generic", "Observation", True),
        ("generic", "QuestionnaireResponse", True),
        ("generic", "Patient", False),
        ("epic", "Observation", False),
        ("epic", "DocumentReference", True),
        ("oracle", "DocumentReference", True),
        ("athena", "DocumentReference", False),
    ],
)
def test_what_can_be_written_is_said(name, kind, possible):
    assert profiles()[name].can_write(kind) is possible


def test_a_host_ehr_file_must_give_what_its_profile_needs_and_nothing_else():
    with pytest.raises(ValidationError, match=r"site\n.*profile athena needs `practice: ...` here"):
        host("athena", site={})
    with pytest.raises(ValidationError, match="profile generic knows no `practice`"):
        host("generic", site={"practice": "1"})
    with pytest.raises(ValidationError):
        host("athena", site={"practice": "1&patient=2"})
    assert host("athena", site={"practice": 195900}).site == {"practice": "195900"}


def test_several_searches_of_one_type_are_one_state_gathered_only_when_all_were(reader, server):
    failing = set()
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": []}

    def answer(request):
        return fhir({}, 500) if request.args["category"] in failing else fhir(bundle)

    server.answers("Observation", answer)
    ehr = host("epic", server.base)
    asked = ehr.queries(query for query in QUERIES if query.kind == "Observation")

    assert reader.gather(ehr, "t", "pat-1", asked, deadline_ms=LONG).states == {"Observation": State.GATHERED}
    failing.add("survey")
    assert reader.gather(ehr, "t", "pat-1", asked, deadline_ms=LONG).states == {"Observation": State.FAILED}
    assert len(server.asked) == 8


def test_one_resource_found_by_two_searches_is_kept_once(reader, server):
    entry = {"resource": condition(1) | {"resourceType": "Observation"}}
    server.answers("Observation", fhir({"resourceType": "Bundle", "type": "searchset", "entry": [entry]}))
    asked = host("epic").queries(query for query in QUERIES if query.kind == "Observation")

    found = reader.gather(server.host_ehr(), "t-1", "pat-1", asked, deadline_ms=LONG)

    assert [resource["id"] for resource in found.resources] == ["c1"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("name: site\ntitle: A\nwrites: []\nseaches: {}\n", ":4: seaches: Extra inputs"),
        ("name: site\ntitle: A\n", ":1: writes: Field required"),
        ("name: site\ntitle: A\nwrites: [observation]\n", ":3: writes.0: String should match"),
        ("name: other\ntitle: A\nwrites: []\n", ":1: name: the file of 'other' is other.yaml"),
        (
            "name: site\ntitle: A\nwrites: []\nevery_search: practice\n",
            ":4: every_search: Value error, write search",
        ),
        (
            "name: site\ntitle: A\nwrites: []\nevery_search: patient=2\n",
            "the patient is named by the query itself",
        ),
        ("name: site\ntitle: A\nwrites: []\nevery_search: a={b}\n", "{b} is not among `site`"),
        (
            "name: site\ntitle: A\nwrites: []\nwithout: {Goal: none}\nsearches: {Goal: {'': a=b}}\n",
            "Goal is both searched for and left out",
        ),
        ("name: [\n", "not valid YAML"),
    ],
)
def test_every_mistake_in_a_profile_is_told_with_its_line(tmp_path, content, says):
    (tmp_path / "site.yaml").write_text(content)

    with pytest.raises(FileProblems) as raised:
        profiles(tmp_path)

    assert says in str(raised.value)
    assert str(raised.value).startswith(f"{tmp_path}/site.yaml:")


def test_a_profile_of_ones_own_is_one_file_more(tmp_path):
    for path in BUILT_IN.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "site.yaml").write_text("name: site\ntitle: Our own\nwrites: []\n")

    assert profiles(tmp_path)["site"].queries([CONDITION], {}) == (CONDITION,)
