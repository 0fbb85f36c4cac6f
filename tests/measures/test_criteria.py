"""The tree of criteria: Kleene's logic, evidence, next steps."""

import gc
import itertools
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.catalog import Catalog
from measures.criteria import AllOf, AnyOf, Criterion, Findings, Logic, Not, criterion
from measures.group import Group
from measures.measure import Measure
from measures.record import PatientRecord
from measures.terminology import LOINC, Code, ValueSet, Vocabulary
from measures.time import Period
from tests.clinic import all_but, chart, observed, references

YEAR = Period.year(2025)
A1C = Code(LOINC, "4548-4", "A1c")


def leaf(name: str, met: bool | None) -> Criterion:
    return Criterion(name, name, lambda _patient, _period: met)


def found() -> Findings:
    return Findings(chart(), YEAR)


def names(steps) -> list[str]:
    return [step.name for step in steps]


YES, NO, WHO_KNOWS = leaf("yes", True), leaf("no", False), leaf("who_knows", None)


@pytest.mark.parametrize(
    ("tree", "met"),
    [
        (YES & YES, True),
        (YES & NO, False),
        (YES & WHO_KNOWS, None),
        (NO & WHO_KNOWS, False),
        (YES | WHO_KNOWS, True),
        (NO | WHO_KNOWS, None),
        (NO | NO, False),
        (~WHO_KNOWS, None),
        (~NO, True),
    ],
)
def test_unknown_matters_only_where_it_can(tree, met):
    assert tree.met(found()) is met


def trees(leaves: list[Criterion]) -> st.SearchStrategy[Logic]:
    return st.recursive(
        st.sampled_from(leaves),
        lambda children: st.one_of(
            st.lists(children, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
            st.lists(children, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
            children.map(Not),
        ),
        max_leaves=8,
    )


@given(st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3), st.data())
def test_more_data_never_contradicts_a_definite_answer(truths, data):
    """Whatever the unknown leaves turn out to be, a tree that had answered keeps its answer."""
    leaves = [leaf(f"l{i}", met) for i, met in enumerate(truths)]
    tree = data.draw(trees(leaves))
    answer = tree.met(found())
    if answer is None:
        return
    for completion in itertools.product([True, False], repeat=truths.count(None)):
        rest = iter(completion)
        complete = {
            one.name: next(rest) if met is None else met for one, met in zip(leaves, truths, strict=True)
        }
        assert _met_with(tree, complete) is answer


def _met_with(tree: Logic, truths: dict[str, bool]) -> bool:
    match tree:
        case AllOf(parts):
            return all(_met_with(part, truths) for part in parts)
        case AnyOf(parts):
            return any(_met_with(part, truths) for part in parts)
        case Not(part):
            return not _met_with(part, truths)
        case Criterion(name=name):
            return truths[name]
    raise AssertionError(tree)


def test_what_cannot_matter_is_never_asked():
    def fail(_patient, _period):
        raise AssertionError("asked")

    assert (NO & Criterion("costly", "costly", fail)).met(found()) is False


def test_joining_with_and_or_not_is_refused_with_a_hint():
    with pytest.raises(TypeError, match=r"join criteria with &"):
        bool(YES and NO)


# -- next steps ----------------------------------------------------------------------------------------------

FIRST, SECOND, THIRD = leaf("first", False), leaf("second", False), leaf("third", False)


def test_of_steps_in_order_the_first_unmet_is_next():
    assert names((YES & FIRST & SECOND).steps(found())) == ["first"]


def test_alternatives_are_all_offered_in_the_order_written():
    assert names((YES & (FIRST | SECOND)).steps(found())) == ["first", "second"]


def test_nothing_is_advised_that_would_have_to_be_undone():
    assert (~YES).steps(found()) == ()
    assert names((~YES | FIRST).steps(found())) == ["first"]


def test_to_leave_an_inverse_numerator_its_good_side_is_advised():
    poor_control = ~(FIRST & SECOND)
    assert poor_control.met(found()) is True
    assert names(poor_control.steps(found(), to=False)) == ["first"]


def test_nothing_is_advised_where_an_alternative_is_met():
    assert (YES | FIRST).steps(found()) == ()


# -- evidence ------------------------------------------------------------------------------------------------


@criterion("A1c measured in the period", nearest=lambda patient, _period: patient.observations(A1C).latest())
def tested(patient, period):
    return patient.observations(A1C).during(period)


def test_what_a_leaf_returns_is_its_evidence():
    finding = Findings(chart(observed(A1C, "2025-02-01", id="a")), YEAR)[tested]
    assert (finding.met, references(finding.evidence)) == (True, ["Observation/a"])


def test_an_unmet_leaf_names_what_comes_closest():
    findings = Findings(chart(observed(A1C, "2024-12-31", id="last_year")), YEAR)
    assert findings[tested].met is False
    assert references(findings.nearest(tested)) == ["Observation/last_year"]


def test_what_comes_closest_is_looked_for_once():
    looks = []

    def closest(patient, _period):
        looks.append(patient)
        return patient.observations(A1C).latest()

    far = Criterion("far", "far", lambda _patient, _period: False, nearest=closest)
    findings = Findings(chart(observed(A1C, "2024-12-31", id="last_year")), YEAR)

    assert references(findings.nearest(far)) == references(findings.nearest(far)) == ["Observation/last_year"]
    assert len(looks) == 1


def test_an_unknown_leaf_says_why():
    not_gathered = Findings(chart(gathered=all_but("Observation")), YEAR)[tested]
    assert (not_gathered.met, not_gathered.unread) == (None, ("Observation",))
    undated = Findings(chart(observed(A1C, None, id="u")), YEAR)[tested]
    assert undated.met is None
    assert undated.why_unknown == "the date is missing or too coarse: Observation/u"


def test_a_record_is_freed_as_soon_as_nobody_holds_it():
    """A batch that waits for the collector to find cycles pays for memory that is never warm."""
    found = Findings(chart(observed(A1C, "2025-03-01", value=7.0)), YEAR)
    episode = found.for_episode(found.record.observations(A1C).sure[0])
    record = weakref.ref(found.record)
    assert (found[YES].met, episode[YES].met) == (True, True)
    gc.disable()
    try:
        del found, episode
        assert record() is None
    finally:
        gc.enable()


def test_a_measure_whose_value_sets_are_not_loaded_frees_the_record_too():
    screened = Criterion("screened", "screened", lambda p, _y: p.observations(ValueSet("1.2.3", "Screens")))
    group = Group(initial_population=YES, numerator=screened)
    catalog = Catalog.of([Measure(id="M", title="", version="1", steward="", groups=(group,))])
    nothing_loaded = Vocabulary({}, label="none", content_hash="", for_reporting=False)
    held = PatientRecord(chart().patient, [], nothing_loaded)
    record, results = weakref.ref(held), catalog.evaluate(held, YEAR)
    assert "1.2.3  Screens" in results["M"].reason
    gc.disable()
    try:
        del held, results
        assert record() is None
    finally:
        gc.enable()
