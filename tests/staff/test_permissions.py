"""Who may do what: the whole table, written a second time by hand, and the two ways to ask it."""

from __future__ import annotations

import pytest

from cds_service.roles import Role
from smart_app.staff.permissions import (
    NotPermitted,
    Permission,
    StaffUser,
    check_user_can,
    roles_with,
    user_can,
)

# A column a role, in the order of Role: admin, quality, coordinator, analyst.
MATRIX = """
see the start page                              y y y y
see host EHRs                                   y - - -
register and change host EHRs                   y - - -
test connections to host EHRs                   y - - -
see signing keys                                y - - -
rotate signing keys                             y - - -
see staff accounts                              y - - -
change staff accounts                           y - - -
read the audit                                  y - - -
send test calls in the sandbox of a demo        y y - y
see card rules                                  y y - y
draft card rules                                - y - -
approve card rules                              - y - -
release card rules and roll them back           - y - -
see the worklist                                - y y -
take and close tasks of the worklist            - - y -
see measure reports                             - y - y
see risk models                                 - y - y
promote risk models                             - - - y
switch risk off and on                          y y - y
release the risk file                           - y - -
"""
CELLS = [
    (Permission(line[:48].strip()), role, mark == "y")
    for line in MATRIX.strip().splitlines()
    for role, mark in zip(Role, line[48:].split(), strict=True)
]


def person(*roles: Role) -> StaffUser:
    return StaffUser("dana", "Dana", frozenset(roles))


@pytest.mark.parametrize(("permission", "role", "may"), CELLS)
def test_each_role_may_do_what_the_table_says_and_no_more(permission, role, may):
    assert user_can(person(role), permission) is may


def test_no_permission_is_missing_from_the_table_above():
    assert {permission for permission, _, _ in CELLS} == set(Permission)


@pytest.mark.parametrize(("permission", "role", "may"), CELLS)
def test_checking_raises_exactly_where_asking_says_no(permission, role, may):
    if may:
        check_user_can(person(role), permission)
    else:
        with pytest.raises(NotPermitted, match=permission):
            check_user_can(person(role), permission)


@pytest.mark.parametrize("permission", Permission)
def test_who_has_no_role_may_do_nothing(permission):
    assert not user_can(person(), permission)


@pytest.mark.parametrize("permission", Permission)
def test_several_roles_may_what_each_may(permission):
    assert user_can(person(*Role), permission)


def test_every_permission_belongs_to_somebody():
    assert [permission for permission in Permission if not roles_with(permission)] == []
