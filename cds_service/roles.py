"""What a member of staff is here for. What each may do is one table: `smart_app/staff/permissions.py`."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A person may have several."""

    ADMIN = "admin"  # host EHRs, keys, accounts, audit
    QUALITY = "quality"  # card rules and measure reports
    COORDINATOR = "coordinator"  # worklist, transitions, tasks
    ANALYST = "analyst"  # risk models and projections
