"""The quality team's file: every mistake with its line and its mend; what the choices do to the points."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.outside.yaml_file import FileProblems
from cds_service.risk_policy import FILE, parse_policy, shipped_policy
from measures.risk.points import expert_points
from measures.risk.policy import Policy


def read(text: str) -> Policy:
    return parse_policy(text.encode(), Path("risk.yaml"))


def test_the_shipped_file_changes_nothing_of_the_expert_points():
    assert shipped_policy().expert_points() is expert_points()
    assert "cap_per_care_manager: 50" in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'version: "1"\nhorizont: 90',
            "risk.yaml:2: horizont: there is no such key; did you mean 'horizon'?",
        ),
        ('version: "1"\nhorizon: 45', "risk.yaml:2: horizon: is one of 30, 60 and 90 days"),
        ('version: "1"\nhorizon: [30, 90]', "risk.yaml:2: horizon: is one of 30, 60 and 90 days: the list"),
        ('version: "1"\noutcome: [acute, ed]', "risk.yaml:2: outcome: is one of acute, "),
        ('version: "1"\nweights: 5', "risk.yaml:2: weights: should be keys with numbers"),
        ('version: "1"\nfeatures_off: age', "risk.yaml:2: features_off: should be a list"),
        (
            'version: "1"\nfeatures_off: [phq9_slop]',
            "risk.yaml:2: features_off: there is no 'phq9_slop'; did you mean 'phq9_slope'?",
        ),
        ('version: "1"\nfeatures_off: [age]', "risk.yaml:2: features_off: without age no score can be made"),
        (
            'version: "1"\nworklist:\n  panel_percent: 11',
            "risk.yaml:3: worklist.panel_percent: Input should be less than or equal to 10",
        ),
        ('version: "1"\nworklist:\n  exclude: [dead]', "risk.yaml:3: worklist.exclude: there is no 'dead'"),
        ('version: "1"\nweights: {smi: .nan}', "risk.yaml:2: weights.smi: "),
        ('version: "1"\nweights: {sdo: 2}', "there is no 'sdo'; did you mean 'sdoh'?"),
        (
            'version: "1"\npoints:\n  - {feature: phq9_last, from: 10}',
            "risk.yaml:3: points: give `from` and `points`, or `per` and `most`",
        ),
        ("horizon: 90", "risk.yaml:1: version: is missing"),
        ("- 1", 'a risk file begins with `version: "..."`'),
        ('version: "1"\noutcome: acut', "risk.yaml:2: outcome: there is no 'acut'; did you mean 'acute'?"),
    ],
)
def test_each_mistake_is_told_with_its_line_and_its_mend(text: str, says: str):
    with pytest.raises(FileProblems) as wrong:
        read(text)

    assert says in str(wrong.value)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(FileProblems) as wrong:
        read('version: "1"\noutcome: acut\nhorizon: 45\nweights: {sdo: 2}')

    assert len(wrong.value.problems) == 3


def test_points_weights_and_what_is_off_change_the_points_and_their_version():
    policy = read(
        'version: "2"\nfeatures_off: [dual_eligible]\nweights: {smi: 2}\n'
        "points:\n  - {feature: phq9_last, from: 10, points: 8}"
    )
    points = policy.expert_points()
    shipped = {rule.feature: rule for rule in expert_points().rules}
    changed = {rule.feature: rule for rule in points.rules}

    assert "dual_eligible" not in changed
    assert changed["smi"].points == 2 * shipped["smi"].points
    assert [rule.points for rule in points.rules if rule.feature == "phq9_last"] == [8]
    assert points.version.startswith(f"{expert_points().version}+")
