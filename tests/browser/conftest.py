"""Chromium, and the demo as `throughline demo` runs it: both servers, hand-made people, a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext

from smart_app.commands.demo import Demo, running_demo

TODAY = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    """One person's browser: its own cookies, as wide as an EHR's window."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def demo() -> Iterator[Demo]:
    """A demo of its own for each test, on a day late in the year: the stories are told backwards from it."""
    with time_machine.travel(TODAY, tick=True), running_demo() as started:
        yield started


@pytest.fixture
def kept_profile(tmp_path: Path) -> Path:
    """A browser profile on disk, for settings that only a profile has."""
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    return profile
