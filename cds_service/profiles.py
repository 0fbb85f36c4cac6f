"""Host EHR profiles: what a kind of EHR understands, as data. One YAML file a profile, found by its name.

A profile says how each type is searched for, what the EHR can be asked to write, and how its scopes read.
Whoever reads a host EHR asks `profile_of(ehr).queries(...)` with the plain questions and gets those this EHR
answers; several questions to one type make one state, gathered only when all were answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from cds_service.outside.yaml_file import FileProblems, YamlFile, read_yaml
from measures.gather import Query

BUILT_IN = Path(__file__).parent / "profiles"
_PARAMETERS = re.compile(r"[\w-]+=[\w.,:|/{}-]+(?:&[\w-]+=[\w.,:|/{}-]+)*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def _checked(parameters: str) -> str:
    if not _PARAMETERS.fullmatch(parameters):
        raise ValueError("write search parameters as `category=laboratory`, several joined by &")
    if re.search(r"(?:^|&)(?:patient|_id)=", parameters):
        raise ValueError("the patient is named by the query itself; leave `patient` and `_id` out")
    return parameters


Kind = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]+$")]
Part = Annotated[str, Field(pattern=r"^[a-z0-9-]*$")]
Parameters = Annotated[str, AfterValidator(_checked)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


class EhrForm(BaseModel):
    """How the vendor's registration form calls what the registration sheet names; vendors change theirs."""

    model_config = ConfigDict(strict=False, extra="forbid", frozen=True)

    client_ids: Sentence = "The EHR gives one client id for each of its environments."
    words: Mapping[Sentence, Sentence] = {}  # title of an entry on our sheet: the form's name for it


class Profile(BaseModel):
    """One kind of EHR. `searches` maps a type to its searches by a short name, "" for the only one."""

    model_config = ConfigDict(strict=False, extra="forbid", frozen=True)

    name: Word
    title: Sentence
    searches: Mapping[Kind, Annotated[Mapping[Part, Parameters], Field(min_length=1)]] = {}
    every_search: Parameters | None = None  # what each search must carry besides
    site: tuple[Word, ...] = ()  # what the host EHR file has to give under `site:`, for {placeholders}
    without: Mapping[Kind, Sentence] = {}  # types this EHR does not have, and in whose words
    writes: tuple[Kind, ...]
    wildcard_scopes: bool = True
    conditional_create: bool = True
    form: EhrForm = EhrForm()
    notes: tuple[Sentence, ...] = ()

    @model_validator(mode="after")
    def _placeholders_are_given(self) -> Profile:
        texts = [self.every_search or "", *(p for each in self.searches.values() for p in each.values())]
        named = {name for text in texts for name in _PLACEHOLDER.findall(text)}
        if unknown := sorted(named - set(self.site)):
            raise ValueError(f"{{{unknown[0]}}} is not among `site`, so no host EHR file would give it")
        if both := sorted(self.searches.keys() & self.without.keys()):
            raise ValueError(f"{both[0]} is both searched for and left out; take it from one of the two")
        return self

    def queries(self, plain: Iterable[Query], site: Mapping[str, str]) -> tuple[Query, ...]:
        """The questions this EHR answers, in place of the plain ones; `site` is of the host EHR file."""
        return tuple(found for query in plain for found in self._in_place_of(query, site))

    def can_write(self, kind: str) -> bool:
        """Whether this EHR takes new resources of the type from an app."""
        return kind in self.writes

    def _in_place_of(self, query: Query, site: Mapping[str, str]) -> Iterator[Query]:
        if query.kind in self.without:
            return
        if "?" not in query.search:  # a read by id
            yield query
            return
        for part, parameters in self.searches.get(query.kind, {"": ""}).items():
            more = "&".join(filter(None, (parameters, self.every_search)))
            search = f"{query.search}&{_filled(more, site)}" if more else query.search
            yield Query(f"{query.key}-{part}" if part else query.key, query.kind, search)


def _filled(parameters: str, site: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: site[found[1]], parameters)


@cache
def profiles(folder: Path = BUILT_IN) -> Mapping[str, Profile]:
    """Every profile by name; FileProblems lists whatever is wrong with any of them."""
    found: dict[str, Profile] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            profile = _read(read_yaml(path))
        except FileProblems as wrong:
            problems += wrong.problems
            continue
        found[profile.name] = profile
    if problems:
        raise FileProblems(problems)
    return found


def checked_profile(name: str) -> str:
    """The name of a profile there is; ValueError that lists them otherwise."""
    if name not in profiles():
        raise ValueError(f"there is no profile {name!r}; known here: {', '.join(profiles())}")
    return name


def _read(file: YamlFile) -> Profile:
    try:
        profile = Profile.model_validate(file.values)
    except ValidationError as error:
        raise FileProblems(
            [
                f"{file.at(problem['loc'])}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}"
                for problem in error.errors(include_url=False)
            ]
        ) from None
    if profile.name != file.path.stem:
        raise FileProblems(
            [f"{file.at(('name',))}: name: the file of {profile.name!r} is {profile.name}.yaml"]
        )
    return profile
