"""What the tests of several stores share."""

import pytest

from cds_service.outside.audit import AuditLog
from cds_service.risk import Risk


@pytest.fixture
def risk(database, vault) -> Risk:
    return Risk(database, vault, AuditLog(database))
