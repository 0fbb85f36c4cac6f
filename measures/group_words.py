"""Why a case of a rate stands where it stands, in words."""

from __future__ import annotations

from measures.criteria import AllOf, Criterion, Findings, Logic


def not_in_it(population: Logic, found: Findings) -> str:
    """By what a case is kept out of a population."""
    return "not in the measure: " + _keeping_out(population, found)


def _keeping_out(population: Logic, found: Findings) -> str:
    """What keeps a case out of a population: the first criterion that is not met; of alternatives, all."""
    if isinstance(population, Criterion):
        return f"not {population.says}"
    if isinstance(population, AllOf):
        for part in population.parts:
            if part.met(found) is False:
                return _keeping_out(part, found)
    unmet = dict.fromkeys(leaf.says for leaf in population.leaves() if leaf.met(found) is False)
    return "not " + ", not ".join(unmet) if unmet else says(population, found)


def to_do(steps: tuple[Criterion, ...], when: str = "") -> str:
    """What would close the gap; `when` it is asked for stands before it."""
    return when + ("; or ".join(step.says for step in steps) or "not met")


def says(tree: Logic, found: Findings, what: str = "") -> str:
    """The criteria of a tree that are met; `what` they come to stands before them."""
    return what + "; ".join(dict.fromkeys(leaf.says for leaf in tree.leaves() if leaf.met(found)))


def cannot_say(tree: Logic, found: Findings) -> str:
    """Why the record cannot say, each reason once."""
    reasons: dict[str, None] = {}
    for leaf in tree.leaves():
        finding = found[leaf]
        if finding.met is None:
            reasons[f"{leaf.says} ({finding.why_unknown})" if finding.why_unknown else leaf.says] = None
    return "; ".join(reasons)
