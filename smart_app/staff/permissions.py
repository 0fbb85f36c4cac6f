"""What staff may do: one table, a permission to the roles that have it. Pure; nothing here knows a request.

user_can(user, Permission.ROTATE_KEYS)         True or False
check_user_can(user, Permission.ROTATE_KEYS)   nothing, or raises NotPermitted
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cds_service.roles import Role


class Permission(StrEnum):
    """Something staff can do; the value is its name in the audit and on the 403 page."""

    SEE_START = "see the start page"
    SEE_HOST_EHRS = "see host EHRs"
    CHANGE_HOST_EHRS = "register and change host EHRs"
    TEST_CONNECTIONS = "test connections to host EHRs"
    SEE_KEYS = "see signing keys"
    ROTATE_KEYS = "rotate signing keys"
    SEE_ACCOUNTS = "see staff accounts"
    CHANGE_ACCOUNTS = "change staff accounts"
    READ_AUDIT = "read the audit"
    TRY_CALLS = "send test calls in the sandbox of a demo"
    SEE_RULES = "see card rules"
    CHANGE_RULES = "draft card rules"
    APPROVE_RULES = "approve card rules"
    RELEASE_RULES = "release card rules and roll them back"
    SEE_WORKLIST = "see the worklist"
    WORK_ON_WORKLIST = "take and close tasks of the worklist"
    SEE_REPORTS = "see measure reports"
    SEE_MODELS = "see risk models"
    CHANGE_MODELS = "promote risk models"
    SWITCH_RISK = "switch risk off and on"
    RELEASE_RISK_FILE = "release the risk file"


_ADMIN, _QUALITY, _COORDINATOR, _ANALYST = Role.ADMIN, Role.QUALITY, Role.COORDINATOR, Role.ANALYST

PERMITTED: Mapping[Permission, frozenset[Role]] = {
    Permission.SEE_START: frozenset({_ADMIN, _QUALITY, _COORDINATOR, _ANALYST}),
    Permission.SEE_HOST_EHRS: frozenset({_ADMIN}),
    Permission.CHANGE_HOST_EHRS: frozenset({_ADMIN}),
    Permission.TEST_CONNECTIONS: frozenset({_ADMIN}),
    Permission.SEE_KEYS: frozenset({_ADMIN}),
    Permission.ROTATE_KEYS: frozenset({_ADMIN}),
    Permission.SEE_ACCOUNTS: frozenset({_ADMIN}),
    Permission.CHANGE_ACCOUNTS: frozenset({_ADMIN}),
    Permission.READ_AUDIT: frozenset({_ADMIN}),
    Permission.TRY_CALLS: frozenset({_ADMIN, _QUALITY, _ANALYST}),
    # An administrator runs the service and reads rules; what a clinician is told is the quality team's.
    Permission.SEE_RULES: frozenset({_ADMIN, _QUALITY, _ANALYST}),
    Permission.CHANGE_RULES: frozenset({_QUALITY}),
    Permission.APPROVE_RULES: frozenset({_QUALITY}),
    Permission.RELEASE_RULES: frozenset({_QUALITY}),
    # Patients by name: those who call them, and those who answer for the measures. Not administrators.
    Permission.SEE_WORKLIST: frozenset({_QUALITY, _COORDINATOR}),
    Permission.WORK_ON_WORKLIST: frozenset({_COORDINATOR}),
    Permission.SEE_REPORTS: frozenset({_QUALITY, _ANALYST}),
    Permission.SEE_MODELS: frozenset({_QUALITY, _ANALYST}),
    Permission.CHANGE_MODELS: frozenset({_ANALYST}),
    # Whoever sees that something is wrong may stop it; so may an administrator, who sees no model.
    Permission.SWITCH_RISK: frozenset({_ADMIN, _QUALITY, _ANALYST}),
    Permission.RELEASE_RISK_FILE: frozenset({_QUALITY}),
}


@dataclass(frozen=True)
class StaffUser:
    """Who is signed in. `name` is what the audit knows; `shown_as` what a page shows."""

    name: str
    shown_as: str
    roles: frozenset[Role]

    @property
    def actor(self) -> str:
        """How the audit names this person: apart from the users of every host EHR."""
        return f"staff/{self.name}"


class NotPermitted(Exception):
    """None of the user's roles has the permission."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"this needs the permission to {permission}")
        self.permission = permission


def user_can(user: StaffUser, permission: Permission) -> bool:
    """Whether one of the user's roles has the permission."""
    return not user.roles.isdisjoint(PERMITTED[permission])


def check_user_can(user: StaffUser, permission: Permission) -> None:
    """Nothing when the user has the permission; else NotPermitted."""
    if not user_can(user, permission):
        raise NotPermitted(permission)


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that have a permission, in the order in which Role names them."""
    return tuple(role for role in Role if role in PERMITTED[permission])
