"""What a rule of conformance is: a clause, a question, and what to do when the answer is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cds_service.conformance.subject import NoAnswer, Skipped, Subject


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    SKIPPED = "skipped"


class Broken(Exception):
    """The rule is broken; the message says what was seen."""


@dataclass(frozen=True)
class Verdict:
    """What became of one rule."""

    rule: Rule
    outcome: Outcome
    saw: str


@dataclass(frozen=True)
class Rule:
    """One rule. `ask` raises Broken, or Skipped where it cannot be asked, and else returns what it saw."""

    name: str
    clause: str
    says: str
    mend: str
    ask: Callable[[Subject], str]

    def judge(self, subject: Subject) -> Verdict:
        """Ask it. A service that does not answer at all breaks the rule that asked."""
        try:
            return Verdict(self, Outcome.PASS, self.ask(subject))
        except Skipped as why:
            return Verdict(self, Outcome.SKIPPED, str(why))
        except (Broken, NoAnswer) as seen:
            return Verdict(self, Outcome.FAIL, str(seen))


def rule(clause: str, mend: str) -> Callable[[Callable[[Subject], str]], Rule]:
    """Name a rule by its function; its docstring says what must hold."""

    def named(ask: Callable[[Subject], str]) -> Rule:
        return Rule(ask.__name__, clause, (ask.__doc__ or "").strip(), mend, ask)

    return named


def expect(holds: object, saw: str) -> None:
    """Raise Broken with what was seen, unless it holds."""
    if not holds:
        raise Broken(saw)
