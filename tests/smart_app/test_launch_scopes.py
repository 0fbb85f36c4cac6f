"""What the app asks for, and what a granted set of scopes lets it read."""

import pytest

from cds_service.profiles import profiles
from cds_service.scopes import to_request
from smart_app.scopes import may_read, narrowed_to, split

PLAIN = profiles()["generic"]

READS = [
    ("patient/Observation.rs", "Observation", True),
    ("patient/Observation.s", "Observation", True),
    ("patient/Observation.r", "Observation", False),  # cannot search, and the panel searches
    ("patient/Observation.cud", "Observation", False),
    ("patient/Observation.cruds", "Observation", True),
    ("patient/Observation.read", "Observation", True),
    ("patient/Observation.write", "Observation", False),
    ("patient/Observation.*", "Observation", True),
    ("patient/*.read", "Observation", True),
    ("patient/*.rs", "Observation", True),
    ("patient/*.*", "Observation", True),
    ("user/*.rs", "Condition", True),
    ("system/*.rs", "Condition", False),
    ("patient/Condition.rs", "Observation", False),
    ("patient/Observation.rs", "Patient", False),
    ("patient/Patient.r", "Patient", True),
    ("patient/Patient.s", "Patient", False),  # the patient is read by id
    ("patient/Observation.", "Observation", False),
    ("patient/Observation.sr", "Observation", False),  # the letters have a fixed order
    ("patient/observation.rs", "Observation", False),
    ("patient/Observation.rs extra", "Observation", False),
    ("openid", "Observation", False),
    ("launch/patient", "Patient", False),
]


@pytest.mark.parametrize(("scope", "kind", "allowed"), READS)
def test_a_granted_scope_says_per_kind_whether_it_may_be_read(scope: str, kind: str, allowed: bool) -> None:
    assert may_read(kind, [scope]) is allowed


def test_nothing_granted_permits_nothing() -> None:
    assert not may_read("Patient", [])


def test_a_scope_narrowed_by_a_query_permits_part_of_the_kind_and_says_which() -> None:
    granted = ["patient/Observation.rs?category=vital-signs", "patient/Observation.rs?category=laboratory"]
    assert may_read("Observation", granted)
    assert narrowed_to("Observation", granted) == ("category=laboratory", "category=vital-signs")


def test_an_unlimited_scope_beside_a_narrowed_one_lifts_the_limit() -> None:
    granted = ["patient/Observation.rs?category=vital-signs", "patient/*.read"]
    assert narrowed_to("Observation", granted) == ()


def test_an_ehr_launch_asks_for_launch_and_a_standalone_one_for_a_patient_to_be_picked() -> None:
    registered = ["launch", "openid", "patient/*.rs"]
    assert to_request(registered, PLAIN, (), standalone=False, v1_only=False) == "launch openid patient/*.rs"
    assert (
        to_request(registered, PLAIN, (), standalone=True, v1_only=False)
        == "launch/patient openid patient/*.rs"
    )
    assert to_request(["launch/patient"], PLAIN, (), standalone=False, v1_only=False) == "launch"


def test_a_server_with_only_version_1_permissions_is_asked_in_its_own_spelling() -> None:
    registered = ["openid", "patient/Observation.rs?category=laboratory", "patient/Task.cruds"]
    asked = to_request(registered, PLAIN, (), standalone=False, v1_only=True)
    assert asked == "launch openid patient/Observation.read patient/Task.read patient/Task.write"


def test_where_no_wildcard_is_known_it_is_written_out_and_writing_only_where_it_is_possible() -> None:
    kinds = ["Patient", "Observation", "Condition"]
    registered = ["openid", "patient/*.cruds", "patient/Goal.rs"]
    asked = to_request(registered, profiles()["epic"], kinds, standalone=False, v1_only=False).split()
    assert asked == [
        "launch",
        "openid",
        "patient/Condition.rs",
        "patient/DocumentReference.cruds",
        "patient/Observation.rs",
        "patient/Patient.rs",
        "patient/Goal.rs",
    ]
    in_v1 = to_request(["patient/*.rs"], profiles()["epic"], ["Patient"], standalone=False, v1_only=True)
    assert in_v1 == "launch patient/DocumentReference.read patient/Patient.read"


def test_a_scope_string_splits_on_any_run_of_spaces() -> None:
    assert split("openid  patient/*.rs ") == {"openid", "patient/*.rs"}
