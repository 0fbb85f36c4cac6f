"""The small EHR, new for each test."""

import pytest

from tests.demo_ehr.small_ehr import SmallEhr, small_ehr


@pytest.fixture
def ehr() -> SmallEhr:
    return small_ehr()
