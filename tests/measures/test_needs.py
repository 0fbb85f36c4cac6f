"""Which value sets a measure needs, read off its code."""

from contextlib import suppress

from measures.catalog import find_measures
from measures.events import RecordCannotSay
from measures.library import cms2_depression_screening as cms2
from measures.needs import value_sets_of
from measures.shared import hospice
from measures.time import Period
from tests.clinic import EveryValueSet, chart, clinic_vocabulary


def test_those_of_a_table_a_helper_and_a_shared_criterion_are_found():
    needed = value_sets_of(cms2.MEASURE)
    assert {cms2.VISIT, cms2.BIPOLAR, cms2.FOLLOW_UP[cms2.ADULT_SCREEN][1]} <= set(needed)
    assert hospice.HOSPICE_CARE in value_sets_of(find_measures().measures["CMS122"])
    assert hospice.HOSPICE_CARE not in needed


class _Asked(EveryValueSet):
    def __init__(self) -> None:
        self.oids: set[str] = set()

    def __contains__(self, oid: object) -> bool:
        self.oids.add(str(oid))
        return True


def test_no_measure_asks_for_a_value_set_that_it_is_not_known_to_need():
    """Whatever a criterion asks the record for, `vocabulary status` must have been able to foretell."""
    for measure in find_measures().measures.values():
        asked = _Asked()
        record = chart(gender="female")
        record.vocabulary = clinic_vocabulary()
        record.vocabulary.codes_in = asked
        for criterion in measure.criteria.values():
            if not criterion.of_episode:
                with suppress(RecordCannotSay):
                    criterion.test(record, Period.year(2025))
        assert asked.oids <= {value_set.oid for value_set in value_sets_of(measure)}, measure.id
