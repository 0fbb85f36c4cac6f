"""SMART scopes of both versions: what is granted, and what a granted scope lets a token do."""

import pytest

from smart_app.demo_ehr.scopes import grant, permission


@pytest.mark.parametrize(
    ("asked", "registered", "granted"),
    [
        ("launch openid fhirUser", "launch openid fhirUser", "launch openid fhirUser"),
        ("launch offline_access", "launch", "launch"),
        ("patient/Observation.rs", "patient/*.rs", "patient/Observation.rs"),
        ("patient/Observation.read", "patient/*.rs", "patient/Observation.read"),
        ("patient/Observation.write", "patient/*.rs", ""),
        ("patient/Observation.*", "patient/*.rs", "patient/Observation.rs"),
        ("patient/*.cruds", "patient/*.rs", "patient/*.rs"),
        (
            "patient/*.rs",
            "patient/Observation.rs patient/Condition.rs",
            "patient/Observation.rs patient/Condition.rs",
        ),
        ("user/*.rs", "patient/*.rs", ""),
        ("patient/Observation.rs?category=survey", "patient/*.rs", "patient/Observation.rs?category=survey"),
        (
            "patient/Observation.rs",
            "patient/Observation.rs?category=survey",
            "patient/Observation.rs?category=survey",
        ),
        ("patient/Observation.rs?mood=good", "patient/*.rs", ""),
        ("patient/Observation.sr", "patient/*.rs", ""),
        ("patient/Observation. root everything", "patient/*.rs", ""),
    ],
)
def test_a_scope_is_granted_as_far_as_the_app_is_registered_for_it(asked, registered, granted):
    assert grant(asked, registered.split()) == granted


@pytest.mark.parametrize(
    ("granted", "letter", "kind", "allowed"),
    [
        ("patient/*.rs", "s", "Observation", True),
        ("patient/*.rs", "c", "Observation", False),
        ("patient/Observation.rs", "r", "Condition", False),
        ("patient/Observation.read", "s", "Observation", True),
        ("patient/Observation.write", "u", "Observation", True),
        ("patient/Observation.write", "r", "Observation", False),
        ("launch openid", "r", "Patient", False),
    ],
)
def test_a_scope_allows_what_it_says_and_nothing_else(granted, letter, kind, allowed):
    assert (permission(granted, letter, kind) is not None) is allowed


def test_a_patient_scope_beside_a_user_scope_for_another_kind_stays_with_its_patient():
    may = permission("patient/*.rs user/Practitioner.rs", "s", "Observation")

    assert may is not None
    assert not may.any_patient
