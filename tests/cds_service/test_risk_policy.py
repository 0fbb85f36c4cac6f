"""The quality team's file: every mistake with its line and its mend; what the choices do to the points."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cds_service.outside.yaml_file import FileProblems
from cds_service.risk_policy import FILE, parse_policy, shipped_policy
from measures.risk.feature import find_features
from measures.risk.points import expert_points
from measures.risk.policy import Policy
from smart_app.cli import throughline


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
            "risk.yaml:2: horizont: there is no such key; did you mean 'horizons'?",
        ),
        ('version: "1"\nhorizon: 45', "risk.yaml:2: horizon: is one of 30, 60 and 90 days"),
        (
            'version: "1"\nhorizon: [30, 90]',
            "risk.yaml:2: horizon: is one of 30, 60 and 90 days; for more than one",
        ),
        ('version: "1"\noutcome: [acute, ed]', "for more than one write outcomes: [acute, ed]"),
        ('version: "1"\noutcomes: acute', "risk.yaml:2: outcomes: should be a list of any of acute, "),
        ('version: "1"\noutcomes: []', "risk.yaml:2: outcomes: should be a list of any of acute, "),
        ('version: "1"\noutcomes: [ed, acut]', "risk.yaml:2: outcomes: there is no 'acut'; did you mean"),
        ('version: "1"\noutcomes: [ed, ed]', "risk.yaml:2: outcomes: names one twice"),
        ('version: "1"\nhorizons: 90', "risk.yaml:2: horizons: should be days by outcome, such as"),
        ('version: "1"\nhorizons: {acute: []}', "risk.yaml:2: horizons.acute: should name at least one"),
        ('version: "1"\nhorizons: {acute: [45]}', "risk.yaml:2: horizons.acute: are of 30, 60 and 90 days"),
        ('version: "1"\nhorizons: {acute: [30, 30]}', "horizons.acute: are of 30, 60 and 90 days, each once"),
        ('version: "1"\nhorizons: {ed: [30]}', "risk.yaml:2: horizons.ed: is not among the outcomes"),
        ('version: "1"\nhorizons: {acut: [30]}', "there is no 'acut'; did you mean 'acute'?"),
        (
            'version: "1"\nhorizon: 30\noutcomes: [ed]',
            "risk.yaml:2: horizon: `outcomes` or `horizons` stands here too; take this line out",
        ),
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


def test_the_first_outcome_and_its_first_horizon_rank_and_what_is_not_said_is_all_of_them():
    policy = read(
        'version: "1"\noutcomes: [psychiatric, ed, acute]\nhorizons: {psychiatric: [60, 30], ed: [30]}'
    )

    assert policy.named == ("psychiatric", "ed", "acute")
    assert (policy.first.horizon, policy.first.nearest) == (60, 30)
    assert [one.horizons for one in policy.outcomes] == [(60, 30), (30,), (90, 30, 60)]
    assert read('version: "1"').outcomes == shipped_policy().outcomes == Policy().outcomes


def test_a_file_that_names_but_one_outcome_and_horizon_is_read_as_it_was_meant():
    policy = read('version: "1"\noutcome: psychiatric\nhorizon: 60')

    assert policy.named == ("psychiatric",)
    assert policy.first.horizons == (60, 30, 90)
    assert read('version: "1"\nhorizon: 30').named == ("acute",)


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


def test_of_many_features_the_nearest_are_told_and_the_command_that_lists_all():
    with pytest.raises(FileProblems) as found:
        parse_policy(b'version: "1"\nfeatures_off: [ed]', Path("risk.yaml"))
    [says] = found.value.problems
    listed = CliRunner().invoke(throughline, ["risk", "features"]).output

    assert "known here: days_since_ed_visits, ed_visits_30d, " in says
    assert says.endswith(" more, which `throughline risk features` lists")
    assert [line.split("  ")[0] for line in listed.splitlines()] == [one.id for one in find_features()]
    assert "age  age (years); without it there is no score\n" in listed
