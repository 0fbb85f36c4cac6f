"""What is wrong with a Questionnaire, all of it at once; and reading raw JSON without trusting its shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from measures.terminology import Code

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class QuestionnaireProblem:
    """Where, what, and the mend; `path` is such as item[2].answerOption[0]."""

    path: str
    says: str

    def __str__(self) -> str:
        return f"{self.path}: {self.says}" if self.path else self.says


class QuestionnaireProblems(ValueError):
    """A Questionnaire that is not imported; `problems` names everything that has to be mended."""

    def __init__(self, problems: tuple[QuestionnaireProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass
class Notes:
    """The problems found so far, in the order of the file."""

    problems: list[QuestionnaireProblem] = field(default_factory=list)

    def add(self, path: str, says: str) -> None:
        self.problems.append(QuestionnaireProblem(path, says))

    def text(self, raw: Raw, key: str, path: str, *, needed: str = "") -> str:
        """A string; `needed` is the mend when it is missing."""
        value = raw.get(key)
        if value is None or value == "":
            if needed:
                self.add(path, f"has no {key}; {needed}")
            return ""
        if not isinstance(value, str):
            self.add(_below(path, key), "has to be text")
            return ""
        return value.strip()

    def flag(self, raw: Raw, key: str, path: str) -> bool:
        value = raw.get(key, False)
        if not isinstance(value, bool):
            self.add(_below(path, key), "has to be true or false")
            return False
        return value

    def entries(self, raw: Raw, key: str, path: str) -> Iterator[tuple[str, Raw]]:
        """The objects of a list, each with its path."""
        value = raw.get(key, [])
        if not isinstance(value, list):
            self.add(_below(path, key), "has to be a list")
            return
        for n, entry in enumerate(value):
            where = f"{_below(path, key)}[{n}]"
            if isinstance(entry, Mapping):
                yield where, entry
            else:
                self.add(where, "has to be an object")

    def code(self, raw: Raw, path: str) -> Code | None:
        """A Coding with its system; a code without its system is not a code."""
        system, value = self.text(raw, "system", path), self.text(raw, "code", path)
        return Code(system, value, self.text(raw, "display", path) or value) if system and value else None


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def extension(raw: Raw, *urls: str) -> Raw | None:
    """The first extension with one of these addresses."""
    listed = raw.get("extension")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping) and one.get("url") in urls:
            return one
    return None


def value_of(raw: Raw, stem: str = "value") -> tuple[str, object] | None:
    """The name and content of value[x] or answer[x]."""
    return next(((k, v) for k, v in raw.items() if k.startswith(stem) and k[len(stem) :][:1].isupper()), None)
