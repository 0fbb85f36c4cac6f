"""What a job has to read of an export, and what its records may therefore say they hold.

Most of an export no measure ever asks for. It is not parsed at all; and so that this can never turn into a
wrong "none found", a record says of the types left out that they were not fetched: a measure that asks for
one all the same answers "unknown".
"""

from __future__ import annotations

from functools import lru_cache

from measures.batch.job import Job
from measures.batch.older_releases import BLOOD_PRESSURE, OLD_BLOOD_PRESSURE
from measures.batch.reading import Wanted
from measures.gather import Gathered, State
from measures.needs import asks_for_every, codes_of, kinds_of

_OBSERVATION = "Observation"
_SUPPLEMENTAL = frozenset({"Coverage"})


@lru_cache(maxsize=8)
def wanted_by(job: Job) -> Wanted:
    """The types that the job's measures ask for and, unless one asks for all observations, their codes."""
    kinds = _SUPPLEMENTAL.union(*(kinds_of(measure) for measure in job.measures))
    if any(asks_for_every(measure, _OBSERVATION) for measure in job.measures):
        return Wanted(kinds)
    codes = codes_of(job.measures, job.vocabulary)
    return Wanted(kinds, codes | {OLD_BLOOD_PRESSURE} if BLOOD_PRESSURE in codes else codes)


@lru_cache(maxsize=8)
def gathered_for(job: Job) -> Gathered:
    """Only what was read counts as looked for."""
    return Gathered(dict.fromkeys(wanted_by(job).kinds | {"Patient"}, State.GATHERED))
