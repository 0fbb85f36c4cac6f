"""What a measure needs: the value sets, codes and resource types that its criteria's functions refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType

from measures.criteria import Criterion
from measures.measure import Measure
from measures.shapes import SHAPES
from measures.terminology import Code, CodeKey, ValueSet, Vocabulary

_ASKS_FOR = {  # questions of PatientRecord that name no type, and what they are about
    "conditions": "Condition",
    "encounters": "Encounter",
    "observations": "Observation",
    "observations_not_done": "Observation",
    "procedures": "Procedure",
    "procedures_not_done": "Procedure",
    "service_requests": "ServiceRequest",
    "service_requests_not_done": "ServiceRequest",
    "medication_requests": "MedicationRequest",
    "medication_requests_not_done": "MedicationRequest",
    "device_requests": "DeviceRequest",
}


def value_sets_of(measure: Measure) -> tuple[ValueSet, ...]:
    """Every value set that a criterion, or a function it calls, names; in order of OID, each once."""
    found = {thing for thing in _reached(measure) if isinstance(thing, ValueSet)}
    return tuple(sorted(found, key=lambda value_set: value_set.oid))


def kinds_of(measure: Measure) -> frozenset[str]:
    """The resource types that its functions ask the record for, by question or by name."""
    return kinds_among(_reached(measure))


def kinds_among(reached: Iterable[object]) -> frozenset[str]:
    """The resource types that the functions among these ask for, by question or by name."""
    words = {word for thing in reached if isinstance(thing, FunctionType) for word in _words(thing)}
    return frozenset(words & SHAPES.keys()) | {_ASKS_FOR[word] for word in words & _ASKS_FOR.keys()}


def asks_for_every(measure: Measure, kind: str) -> bool:
    """Whether one of its functions may ask for all of a type, whatever their codes."""
    functions = (set(_words(thing)) for thing in _reached(measure) if isinstance(thing, FunctionType))
    return any("every" in words and kind in words for words in functions)


def codes_of(measures: Iterable[Measure], vocabulary: Vocabulary) -> frozenset[CodeKey]:
    """Every code by which one of the measures can find an event: named, or in a value set it names."""
    reached = {thing for measure in measures for thing in _reached(measure)}
    oids = {thing.oid for thing in reached if isinstance(thing, ValueSet)}
    named = {thing.key for thing in reached if isinstance(thing, Code)}
    return frozenset(
        named | {code for code, held in vocabulary.oids_by_code.items() if not oids.isdisjoint(held)}
    )


def _reached(measure: Measure) -> set[object]:
    """The value sets, codes and functions that can be reached from the measure's criteria."""
    windows = tuple((group.deadline, group.due_from) for group in measure.groups)
    return reached_from(tuple(measure.criteria.values()), measure.episodes, windows)


def reached_from(*things: object) -> set[object]:
    """The value sets, codes and functions that can be reached from criteria and functions."""
    found: set[object] = set()
    _reach(things, found)
    return found


def _reach(thing: object, found: set[object]) -> None:
    if isinstance(thing, (ValueSet, Code)):
        found.add(thing)
    elif isinstance(thing, (tuple, list, frozenset)):
        for part in thing:
            _reach(part, found)
    elif isinstance(thing, Mapping):
        _reach((*thing.keys(), *thing.values()), found)
    elif isinstance(thing, Criterion):
        _reach((thing.test, thing.nearest, thing.why_not), found)
    elif isinstance(thing, FunctionType) and thing not in found:
        found.add(thing)
        _reach_from(thing, found)


def _reach_from(function: FunctionType, found: set[object]) -> None:
    """What the function's own code, its inner functions, defaults and closure refer to."""
    for word in _words(function):
        _reach(function.__globals__.get(word), found)
    for cell in function.__closure__ or ():
        _reach(cell.cell_contents, found)
    _reach(function.__defaults__ or (), found)


def _words(function: FunctionType) -> Iterator[str]:
    return _words_in(function.__code__)


def _words_in(code: CodeType) -> Iterator[str]:
    """Every name and every text that the code, and the code inside it, uses."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words_in(constant)
        elif isinstance(constant, str):
            yield constant
