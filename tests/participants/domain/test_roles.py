"""Roles that exclude each other, and roles that administrators give."""

import pytest

from participants.domain.roles import Role, grantable_by, role_against


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.INVESTIGATOR, Role.DATA_MANAGER),
        (Role.SAFETY, Role.DATA_MANAGER),
        (Role.COORDINATOR, Role.MONITOR),
        (Role.INVESTIGATOR, Role.MONITOR),
    ],
)
def test_roles_exclude_each_other_when_one_checks_the_other(held: Role, wanted: Role) -> None:
    assert (role_against([held], wanted), role_against([wanted], held)) == (held, wanted)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.COORDINATOR, Role.INVESTIGATOR),
        (Role.DATA_MANAGER, Role.MONITOR),
        (Role.SITE_ADMINISTRATOR, Role.COORDINATOR),
    ],
)
def test_roles_stand_together_when_neither_checks_the_other(held: Role, wanted: Role) -> None:
    assert role_against([held], wanted) is None


def test_site_administrator_gives_every_role_but_that_over_the_system() -> None:
    assert grantable_by(Role.SITE_ADMINISTRATOR) == set(Role) - {Role.SYSTEM_ADMINISTRATOR}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SITE_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR}))
def test_nobody_else_gives_any_role(role: Role) -> None:
    assert grantable_by(role) == frozenset()
