"""Who may do what to a card rule: each deed of its life and the permission it takes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.life_cycle import Deed, State
from smart_app.staff.permissions import Permission, StaffUser, check_user_can, user_can

TAKES: Mapping[Deed, Permission] = {
    Deed.SEND: Permission.CHANGE_RULES,
    Deed.APPROVE: Permission.APPROVE_RULES,
    Deed.SEND_BACK: Permission.APPROVE_RULES,
    Deed.RETIRE: Permission.RELEASE_RULES,
    Deed.ROLL_BACK: Permission.RELEASE_RULES,
}


def check_user_can_do(user: StaffUser, deed: Deed, aim: State | None = None) -> None:
    """Nothing when the user may do it; else NotPermitted. The life cycle asks for the second person. To send
    something to be retired takes what retiring takes.
    """
    check_user_can(user, TAKES[Deed.RETIRE if aim is State.RETIRED else deed])


def user_can_do(user: StaffUser, deed: Deed) -> bool:
    """Whether the user may do it."""
    return user_can(user, TAKES[deed])
