"""The quality team's file about risk, read and checked: every problem with its line, and the mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cds_service.outside.yaml_file import FileProblems, Place, YamlFile, did_you_mean, parse_yaml
from measures.risk.feature import find_features
from measures.risk.outcome import OUTCOMES
from measures.risk.outlook import MARKS
from measures.risk.points import Rule
from measures.risk.policy import GROUPS, TIE_BREAKS, Foretold, Moved, Policy
from measures.risk.score import HORIZONS

FILE = Path(__file__).with_name("risk_policy.yaml")
"""The shipped one: the default, and what a team copies."""
_FEATURES = "`throughline risk features`"  # lists the one kind of name of which there are many


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


_Points = Annotated[float, Field(strict=False, ge=-100, le=100, allow_inf_nan=False)]
_Weight = Annotated[float, Field(strict=False, ge=0, le=5, allow_inf_nan=False)]
_Percent = Annotated[float, Field(strict=False, ge=5, le=10, allow_inf_nan=False)]
_Days = Annotated[list[Annotated[int, Field(strict=False)]], Field(min_length=1)]
_Least = Annotated[float, Field(strict=False, gt=0, le=100, allow_inf_nan=False)]


class PointsPart(_Part):
    """Points of one feature: `from` and `points`, or `per` and `most`."""

    feature: str
    threshold: Annotated[float | None, Field(strict=False, alias="from", allow_inf_nan=False)] = None
    points: _Points | None = None
    per: _Points | None = None
    most: Annotated[float | None, Field(strict=False, gt=0, allow_inf_nan=False)] = None


class WorklistPart(_Part):
    panel_percent: _Percent = 10
    tie_break: list[str] = Field(default=["change", "patient_id"], max_length=3)
    exclude: list[str] = ["died", "hospice"]
    cap_per_care_manager: Annotated[int | None, Field(ge=1)] = None


class MovedPart(_Part):
    in_100: _Least
    points: _Least


class PolicyFile(_Part):
    """All keys of the file."""

    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]{0,31}$")]
    outcomes: Annotated[list[str], Field(min_length=1)] = ["acute"]
    horizons: dict[str, _Days] = {}
    outcome: str | None = None  # as files said it that could name but one
    horizon: int | None = None
    features_off: list[str] = []
    points: list[PointsPart] = []
    weights: dict[str, _Weight] = {}
    worklist: WorklistPart = WorklistPart()
    rise: MovedPart = MovedPart(in_100=5, points=5)
    high: MovedPart = MovedPart(in_100=25, points=25)


_MODELS: Mapping[Place, type[BaseModel]] = {
    (): PolicyFile,
    ("worklist",): WorklistPart,
    ("rise",): MovedPart,
    ("high",): MovedPart,
}


def shipped_policy() -> Policy:
    """The one in use until the team releases its own."""
    return parse_policy(FILE.read_bytes(), FILE)


def parse_policy(raw: bytes, path: Path) -> Policy:
    """The choices of a file. Raises FileProblems with everything that is wrong with it."""
    file = parse_yaml(raw, path)
    if not isinstance(file.values, dict):
        raise FileProblems([f'{path}:1: a risk file begins with `version: "..."`'])
    try:
        read = PolicyFile.model_validate(file.values)
    except ValidationError as error:
        problems = [_said(dict(problem), file) for problem in error.errors(include_url=False)]
        raise FileProblems(problems) from None
    if problems := list(_wrong(read, file)):
        raise FileProblems(problems)
    return _policy(read)


def _policy(read: PolicyFile) -> Policy:
    listed = read.worklist
    return Policy(
        version=read.version,
        outcomes=_foretold(read),
        features_off=frozenset(read.features_off),
        points=tuple(_rule(one) for one in read.points),
        weights=read.weights,
        panel_percent=listed.panel_percent,
        tie_break=tuple(listed.tie_break),
        exclude=frozenset(listed.exclude),
        cap=listed.cap_per_care_manager,
        rise=Moved(read.rise.in_100, read.rise.points),
        high=Moved(read.high.in_100, read.high.points),
    )


def _foretold(read: PolicyFile) -> tuple[Foretold, ...]:
    """What is told, the one that ranks first. A file that names but one ranks it by its one horizon, and
    tells all, as ever.
    """
    if read.outcome is not None or read.horizon is not None:
        first = read.horizon or HORIZONS[-1]
        return (Foretold(read.outcome or "acute", (first, *(days for days in HORIZONS if days != first))),)
    return tuple(
        Foretold(name, tuple(read.horizons[name])) if name in read.horizons else Foretold(name)
        for name in read.outcomes
    )


def _rule(one: PointsPart) -> Rule:
    if one.threshold is not None:
        return Rule(one.feature, threshold=one.threshold, points=one.points or 0.0)
    return Rule(one.feature, per=one.per or 0.0, most=one.most or 0.0)


def _wrong(read: PolicyFile, file: YamlFile) -> Iterator[str]:
    """What no schema can see: names of nothing, halves of a rule."""
    features = [one.id for one in find_features()]
    essential = {one.id for one in find_features() if one.essential}
    named: list[tuple[Place, object, list[str]]] = [
        *((("outcomes", n), name, list(OUTCOMES)) for n, name in enumerate(read.outcomes)),
        *((("horizons", name), name, list(OUTCOMES)) for name in read.horizons),
        *((("features_off", n), name, features) for n, name in enumerate(read.features_off)),
        *((("points", n, "feature"), one.feature, features) for n, one in enumerate(read.points)),
        *((("weights", name), name, list(GROUPS)) for name in read.weights),
        *((("worklist", "tie_break", n), k, list(TIE_BREAKS)) for n, k in enumerate(read.worklist.tie_break)),
        *((("worklist", "exclude", n), mark, list(MARKS)) for n, mark in enumerate(read.worklist.exclude)),
    ]
    for place, name, known in named:
        if name not in known:
            yield f"{_where(place, file)}: there is no {name!r}{did_you_mean(name, known, _FEATURES)}"
    for n, name in enumerate(read.features_off):
        if name in essential:
            yield f"{_where(('features_off', n), file)}: without {name} no score can be made; leave it on"
    yield from _wrong_outcomes(read, file)
    for n, one in enumerate(read.points):
        at_once = (one.threshold is None, one.points is None)
        counted = (one.per is None, one.most is None)
        if (at_once, counted) not in (((False, False), (True, True)), ((True, True), (False, False))):
            yield f"{_where(('points', n), file)}: give `from` and `points`, or `per` and `most`"


def _wrong_outcomes(read: PolicyFile, file: YamlFile) -> Iterator[str]:
    for old in _ONE_OR_MORE:
        if getattr(read, old) is None:
            continue
        if read.model_fields_set & {*_ONE_OR_MORE.values()}:
            yield f"{_where((old,), file)}: `outcomes` or `horizons` stands here too; take this line out"
    if read.outcome is not None and read.outcome not in OUTCOMES:
        mend = did_you_mean(read.outcome, list(OUTCOMES))
        yield f"{_where(('outcome',), file)}: there is no {read.outcome!r}{mend}"
    if read.horizon is not None and read.horizon not in HORIZONS:
        yield f"{_where(('horizon',), file)}: {_ONE_OF[('horizon',)]}"
    if len({*read.outcomes}) < len(read.outcomes):
        yield f"{_where(('outcomes',), file)}: names one twice"
    for name, days in read.horizons.items():
        if name in OUTCOMES and name not in read.outcomes:
            yield f"{_where(('horizons', name), file)}: is not among the outcomes; name it there, or not here"
        if not {*days} <= {*HORIZONS} or len({*days}) < len(days):
            yield f"{_where(('horizons', name), file)}: are of 30, 60 and 90 days, each once"


def _said(problem: Mapping[str, Any], file: YamlFile) -> str:
    place: Place = tuple(problem["loc"])
    model = PointsPart if place[:1] == ("points",) else _MODELS.get(place[:-1])
    if problem["type"] == "extra_forbidden" and model is not None:
        fields = model.model_fields.items()
        known = [field.alias or name for name, field in fields if name not in _ONE_OR_MORE]
        return f"{_where(place, file)}: there is no such key{did_you_mean(place[-1], known)}"
    says = _ONE_OF.get(place) or _SAYS.get(problem["type"], problem["msg"])
    return f"{_where(place, file)}: {says}"


_ONE_OR_MORE = {"outcome": "outcomes", "horizon": "horizons"}
_ONE_OF: Mapping[Place, str] = {
    ("outcome",): f"is one of {', '.join(OUTCOMES)}; for more than one write outcomes: [acute, ed]",
    ("horizon",): "is one of 30, 60 and 90 days; for more than one write horizons: {acute: [90, 30]}",
    ("outcomes",): f"should be a list of any of {', '.join(OUTCOMES)}; the first ranks",
    ("horizons",): "should be days by outcome, such as {acute: [90, 30]}; the first ranks",
}
_SAYS = {
    "missing": "is missing",
    "too_short": "should name at least one",
    "string_type": "should be text; put it in quotes",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "list_type": "should be a list, such as [a, b]",
    "dict_type": "should be keys with numbers, such as {smi: 1.5}",
    "model_type": "should hold keys of its own, as in the shipped file",
}


def _where(place: Place, file: YamlFile) -> str:
    return f"{file.at(place)}: {'.'.join(step for step in place if isinstance(step, str)) or 'file'}"
