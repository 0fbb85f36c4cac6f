"""In CI (the variable CI is set) a test may skip for one reason only: the folder ../shared is not there.

That folder holds licensed material that cannot be part of the project. Every other skip, such as a missing
Chromium, PostgreSQL or Spark, is a failure in CI: a check that silently never runs is no check.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

ALLOWED = ("../shared",)

Report = pytest.TestReport | pytest.CollectReport


def must_run(report: Report) -> Report:
    """The report, a skip made a failure unless its reason is the one that is allowed."""
    if not (os.environ.get("CI") and report.skipped) or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(allowed in reason for allowed in ALLOWED):
        report.outcome = "failed"
        allowed = " or ".join(ALLOWED)
        report.longrepr = f"{report.nodeid} would be skipped ({reason}), and in CI only {allowed} may be"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    must_run(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    must_run(report)
    return report
