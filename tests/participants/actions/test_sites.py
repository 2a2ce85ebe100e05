"""Sites: added once, edited with a reason and never over somebody else's change."""

from __future__ import annotations

import pytest

from participants.actions.sites import add_site, edit_site
from participants.audit import Actor
from participants.domain.roles import Role
from participants.errors import ActionRefused, StaleVersion
from participants.models import Site
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return factories.make_site(code="A01")


@pytest.fixture
def boss(site: Site) -> Actor:
    return Actor.of(factories.make_staff(Role.SYSTEM_ADMINISTRATOR, study=site.study))


def test_site_is_added_to_a_study(site: Site, boss: Actor) -> None:
    added = add_site(by=boss, study=site.study, code="B02", name="Hospital", zone="Europe/Berlin")

    assert (added.code, added.version) == ("B02", 1)


@pytest.mark.parametrize("code", ["A01", "a01"])
def test_site_is_refused_when_its_code_is_taken(site: Site, boss: Actor, code: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        add_site(by=boss, study=site.study, code=code, name="Hospital", zone="Europe/Berlin")

    assert refused.value.field == "code"


@pytest.mark.parametrize("code", ["", "A1", "A001", "A-1", "\u0410\u04121"])
def test_site_is_refused_when_its_code_has_another_form(site: Site, boss: Actor, code: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        add_site(by=boss, study=site.study, code=code, name="Hospital", zone="Europe/Berlin")

    assert refused.value.field == "code"


@pytest.mark.parametrize("role", [Role.SITE_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.COORDINATOR])
def test_site_is_refused_when_the_actor_does_not_administer_the_study(site: Site, role: Role) -> None:
    by = Actor.of(factories.make_staff(role, site=site))

    with pytest.raises(ActionRefused, match="whole study"):
        add_site(by=by, study=site.study, code="B02", name="Hospital", zone="Europe/Berlin")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_site_is_refused_when_its_clock_does_not_exist(site: Site, boss: Actor, zone: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        add_site(by=boss, study=site.study, code="B02", name="Hospital", zone=zone)

    assert refused.value.field == "zone"


def _edit(site: Site, by: Actor, **changes: object) -> Site:
    values = {"name": "New", "zone": "Europe/Berlin", "is_active": True, "reason": "renamed", "version": 1}
    return edit_site(by=by, site=site, **(values | changes))  # type: ignore[arg-type]


def test_edit_moves_the_version(site: Site, boss: Actor) -> None:
    assert _edit(site, boss).version == 2


def test_edit_is_refused_when_somebody_else_was_first(site: Site, boss: Actor) -> None:
    _edit(site, boss)

    with pytest.raises(StaleVersion):
        _edit(site, boss, name="Other")


def test_edit_is_refused_without_a_reason(site: Site, boss: Actor) -> None:
    with pytest.raises(ActionRefused, match="Say why"):
        _edit(site, boss, reason=" ")


def test_site_administrator_does_not_edit_the_site(site: Site) -> None:
    with pytest.raises(ActionRefused, match="may not"):
        _edit(site, Actor.of(factories.make_staff(Role.SITE_ADMINISTRATOR, site=site)))
