"""The panels, and the four things an empty one may mean."""

import pytest

from measures.gather import State
from measures.terminology import ICD10CM, LOINC, Code
from smart_app.care.panels import find_panels
from tests.care.desk import appointment, days_ago, desk, encounter, order
from tests.clinic import all_but, diagnosed, event, observed

PANELS = {panel.key: panel for panel in find_panels()}


def panel(key, *events, **more):
    return PANELS[key].show(desk(*events, **more))


def words(view):
    return {group.title: [line.text for line in group.lines] for group in view.groups}


@pytest.mark.parametrize("key", PANELS)
def test_an_empty_panel_says_that_nothing_was_found_when_somebody_looked(key):
    view = panel(key)

    assert (view.groups, view.absence.state) == ((), "none found")


@pytest.mark.parametrize("state", [State.NOT_PERMITTED, State.FAILED, State.NOT_FETCHED])
@pytest.mark.parametrize("key", PANELS)
def test_an_empty_panel_says_why_when_nobody_could_look(key, state):
    view = panel(key, gathered=all_but(*PANELS[key].kinds, state=state))

    assert view.absence.state == state.value
    assert "none found" not in view.absence.says.lower()
    assert view.absence.retry == (state is State.FAILED)


def test_a_panel_with_half_its_sources_shows_them_and_says_what_is_missing():
    view = panel("encounters", booked=(appointment(4),), gathered=all_but("Encounter"))

    booked, latest = view.groups
    assert [line.text for line in booked.lines] == ["Follow-up"]
    assert latest.none == "Failed: couldn't read encounters from the EHR."
    assert view.partial.retry


def test_problems_stand_side_by_side_and_social_ones_elsewhere():
    def problem(code, text, **more):
        return diagnosed(Code(ICD10CM, code), days_ago(90), **more) | {
            "code": {"coding": [{"system": ICD10CM, "code": code}], "text": text}
        }

    events = (problem("F33.1", "Depression"), problem("E11.9", "Diabetes"), problem("Z59.01", "Homeless"))

    assert words(panel("problems", *events)) == {"Behavioral": ["Depression"], "Physical": ["Diabetes"]}
    assert words(panel("social-needs", *events))["Charted"] == ["Homeless"]


def test_problems_without_icd_codes_are_sorted_by_their_words():
    def problem(text):
        return event("Condition", code={"text": text}, clinicalStatus={"coding": [{"code": "active"}]})

    events = [problem(t) for t in ("Alcoholism", "Stress (finding)", "Sprain of ankle (disorder)")]

    assert words(panel("problems", *events)) == {
        "Behavioral": ["Alcoholism"],
        "Physical": ["Sprain of ankle"],
    }
    assert words(panel("social-needs", *events))["Charted"] == ["Stress"]


@pytest.mark.parametrize(
    ("until", "says"), [("2026-03-10", "to 10 Mar"), ("2026-03", "to Mar 2026"), ("2025", "to 2025")]
)
def test_a_problem_is_told_with_as_much_of_its_dates_as_is_known(until, says):
    ended = diagnosed(Code(ICD10CM, "E11.9"), "2024-10", until, clinical=None)
    active = diagnosed(Code(ICD10CM, "F33.1"), "2024-10")

    assert [(line.note, line.tone) for line in panel("problems", ended).lines()] == [(says, "soft")]
    assert [(line.note, line.tone) for line in panel("problems", active).lines()] == [("since Oct 2024", "")]


def test_a_medicine_is_told_since_the_month_of_its_order():
    lithium = order("lithium 300 MG", 0) | {"authoredOn": "2026-03"}

    assert [line.note for line in panel("medications", lithium).lines()] == ["since Mar 2026"]


@pytest.mark.parametrize(
    ("element", "written", "says"),
    [
        ("period", {"start": "2026-03"}, "Mar 2026"),
        ("period", {"start": "2026-03-10"}, "10 Mar"),
        ("startDate", "2026-03", "since Mar 2026"),
        ("startDate", "2026-03-10", "since 10 Mar"),
    ],
)
def test_a_plan_or_a_goal_is_told_with_as_much_of_its_date_as_is_known(element, written, says):
    kind = "CarePlan" if element == "period" else "Goal"
    more = {"status": "active"} if kind == "CarePlan" else {"lifecycleStatus": "active"}
    view = panel("plans", event(kind, **{element: written}, **more))

    assert [line.note for line in view.lines()] == [says]


def test_a_problem_listed_at_every_visit_is_shown_once_and_a_resolved_one_last():
    def problem(text, days, clinical):
        return diagnosed(Code(ICD10CM, "E11.9"), days_ago(days), clinical=clinical) | {"code": {"text": text}}

    view = panel(
        "problems",
        problem("Bronchitis", 10, "resolved"),
        problem("Diabetes", 900, "active"),
        problem("Diabetes", 90, "resolved"),
    )

    physical = view.groups[1].lines
    assert [(line.text, line.tone) for line in physical] == [("Diabetes", ""), ("Bronchitis", "soft")]


def test_refuted_problems_are_not_shown():
    assert (
        panel("problems", diagnosed(Code(ICD10CM, "F33.1"), days_ago(9), verification="refuted")).groups == ()
    )


def test_a_medicine_is_shown_once_with_its_directions_and_an_overdue_supply():
    dose = [{"text": "1 tablet daily"}]
    view = panel(
        "medications",
        order("sertraline 50 MG Oral Tablet", 400, status="completed"),
        order("sertraline 50 MG Oral Tablet", 52, supply=30, dosageInstruction=dose),
        order("metformin 500 MG", 400),
    )

    active = view.groups[0].lines
    assert [line.text for line in active] == ["sertraline 50 mg", "metformin 500 mg"]
    assert active[0].detail == "1 tablet daily · antidepressant · supply ended 23 days ago"
    assert (active[0].tone, active[1].tone) == ("watch", "")


def test_a_medicine_named_by_reference_is_named():
    named = event(
        "MedicationRequest",
        status="active",
        intent="order",
        medicationReference={"display": "lithium 300 MG"},
    )

    assert words(panel("medications", named))["Active"] == ["lithium 300 mg"]


@pytest.mark.parametrize(
    ("question", "answer", "said", "tone"),
    [
        ("71802-3", "LA31995-6", "Housing: need", "watch"),
        ("71802-3", "LA31993-1", "Housing: no need", ""),
        ("88122-7", "LA28397-0", "Food: need", "watch"),
        ("93030-5", "LA32-8", "Transport: no need", ""),
    ],
)
def test_social_answers_are_told_as_need_or_no_need(question, answer, said, tone):
    view = panel("social-needs", observed(Code(LOINC, question), days_ago(9), value=Code(LOINC, answer)))

    asked = next(group for group in view.groups if group.title == "Asked")
    assert (asked.lines[["Housing", "Food", "Transport"].index(said.split(":")[0])].text) == said
    assert sum("not asked" in line.text for line in asked.lines) == 4
    assert tone in {line.tone for line in asked.lines}


HITS, HURT = Code(LOINC, "95614-4"), Code(LOINC, "95618-5")


@pytest.mark.parametrize(
    ("code", "points", "said", "tone"),
    [
        (HITS, 10, "Safety: no need", ""),
        (HITS, 11, "Safety: need", "watch"),
        (HITS, ">=11", "Safety: need", "watch"),
        (HITS, "<11", "Safety: no need", ""),
        (HITS, ">10", "Safety: >10", ""),
        (HURT, 5, "Safety: 5", ""),  # one of four items decides nothing
    ],
)
def test_the_hits_is_told_from_its_total_alone(code, points, said, tone):
    view = panel("social-needs", observed(code, days_ago(9), value=points, unit="{score}"))

    (line,) = [line for line in view.groups[1].lines if line.text.startswith("Safety")]
    assert (line.text, line.tone) == (said, tone)


def test_the_total_says_more_than_an_item_of_the_same_day():
    item = observed(HURT, days_ago(9), value=5, unit="{score}")
    view = panel("social-needs", item, observed(HITS, days_ago(9), value=12, unit="{score}"))

    assert "Safety: need" in [line.text for line in view.groups[1].lines]


def test_of_two_answers_on_one_day_the_need_is_told():
    often, never = Code(LOINC, "LA28397-0"), Code(LOINC, "LA28398-8")
    first = observed(Code(LOINC, "88122-7"), days_ago(9), value=never)
    view = panel("social-needs", first, observed(Code(LOINC, "88123-5"), days_ago(9), value=often))

    assert "Food: need" in [line.text for line in view.groups[1].lines]


def test_the_code_of_the_whole_screen_is_no_question_of_housing():
    whole = observed(Code(LOINC, "96777-8"), days_ago(9), valueString="done")

    assert panel("social-needs", whole).groups == ()


def test_an_answer_not_understood_is_shown_in_its_own_words():
    view = panel("social-needs", observed(Code(LOINC, "71802-3"), days_ago(9), valueString="Couch surfing"))

    assert view.groups[1].lines[0].text == "Housing: Couch surfing"


def test_the_care_team_tells_roles_and_adds_the_general_practitioner_once():
    team = event(
        "CareTeam",
        status="active",
        participant=[{"member": {"display": "Noor Elmgrove, MD"}, "role": [{"text": "Psychiatrist"}]}],
    )
    view = panel(
        "care-team",
        team,
        generalPractitioner=[{"display": "Quill Averyson, MD"}, {"display": "Noor Elmgrove, MD"}],
    )

    assert [(line.text, line.note) for line in view.lines()] == [
        ("Noor Elmgrove, MD", "psychiatrist"),
        ("Quill Averyson, MD", "general practitioner"),
    ]


def test_encounters_are_the_latest_first_and_what_is_booked_before_them():
    view = panel(
        "encounters",
        encounter("AMB", 30, 30),
        encounter("EMER", 3, 3),
        booked=(appointment(4), appointment(2)),
    )

    assert [line.note for line in view.lines()] == ["23 Nov", "25 Nov", "18 Nov", "22 Oct"]


def test_a_long_list_folds_after_eight():
    view = panel("encounters", *(encounter("AMB", days, days) for days in range(1, 12)))

    assert (len(view.groups[0].first), len(view.groups[0].rest)) == (8, 3)


def test_only_plans_and_goals_that_stand_are_shown():
    plans = [event("CarePlan", status=status, title=status) for status in ("active", "revoked", "completed")]
    goals = [
        event("Goal", lifecycleStatus=status, description={"text": status}, startDate=days_ago(3))
        for status in ("active", "completed", "cancelled")
    ]
    view = panel("plans", *plans, *goals)

    assert words(view) == {"Plans": ["active"], "Goals": ["active"]}
    assert view.groups[1].lines[0].note == "since 18 Nov"
