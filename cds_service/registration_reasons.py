"""Why the app asks for what it asks for: the words of the registration sheet, one table a question."""

from __future__ import annotations

from collections.abc import Mapping

WHY_ASKED: Mapping[str, str] = {
    "launch": "to be opened in the patient's chart, about that patient and visit",
    "launch/patient": "to let the user pick a patient, when launched outside a chart",
    "openid": "to know who uses the app, for the audit",
    "fhirUser": "to know which Practitioner that is, for the audit and for what is written",
    "profile": "to know who uses the app, in servers of SMART 1.0",
    "online_access": "to renew the access token while the user is signed in, without asking again",
    "offline_access": "to renew the access token while the chart is open, without asking again",
}
WHY_READ: Mapping[str, str] = {
    "Appointment": "whether the follow-up after a discharge is booked",
    "CarePlan": "care plans and safety plans on the page, and as follow-up in the measures",
    "CareTeam": "who takes part in the care",
    "Condition": "diagnoses, by which measures include and exclude, and the problem list",
    "DeviceRequest": "orders of devices, an exclusion of some measures",
    "DocumentReference": "notes and plans that prove a step, or hold a result nobody coded",
    "Encounter": "visits, emergency and hospital stays: what the measures count from",
    "Goal": "goals of the care plan",
    "MedicationDispense": "whether medication was collected, for measures of adherence",
    "MedicationRequest": "medicines prescribed, their start and end, on the timeline and for measures",
    "Observation": "assessments, laboratory results and vital signs: measures and timeline",
    "Patient": "birth date and sex, by which measures include; the name for the banner",
    "Procedure": "screenings and treatments done",
    "ServiceRequest": "referrals and orders: whether a follow-up was started",
}
WHY_WRITTEN: Mapping[str, str] = {
    "DocumentReference": "a form's result as a document, where it cannot be written as data",
    "Observation": "the scores of a form a clinician filled in",
    "QuestionnaireResponse": "a form's answers",
    "ServiceRequest": "an order or referral a clinician placed with one click",
}
NOT_USED = "not used by this app; it is listed in the host EHR's file"

CLIENT_TYPES: Mapping[str, str] = {
    "public": "public client, no secret; ask for a confidential one where the EHR offers it",
    "secret": "confidential client, symmetric: client id and secret by HTTP Basic (client_secret_basic)",
    "private_key_jwt": "confidential client, asymmetric: private_key_jwt, RS384 or ES384, keys by JWKS URL",
}
