"""The order of the answers, and what the declared policy hands to a view."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from participants.access import Policy, allow, policy_of, public, require, site_of
from participants.audit import Actor
from participants.domain.roles import Capability, Role
from participants.errors import ActionRefused
from participants.models import AuditChange, Delegation, LifecycleStep, Site
from participants.routes import routes
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return factories.make_site()


def _as(role: Role, site: Site) -> Client:
    client = Client()
    client.force_login(factories.make_staff(role, site=site))
    return client


def test_foreign_object_is_missing_before_a_right_is(site: Site) -> None:
    other = factories.make_site()

    answer = _as(Role.COORDINATOR, site).put(reverse("participants:site_edit", args=[other.pk]))

    assert answer.status_code == 404


def test_right_is_missing_before_a_method_is(site: Site) -> None:
    answer = _as(Role.SITE_ADMINISTRATOR, site).put(reverse("participants:site_edit", args=[site.pk]))

    assert answer.status_code == 403


def test_method_is_missing_last(site: Site) -> None:
    answer = _as(Role.SYSTEM_ADMINISTRATOR, site).put(reverse("participants:site_edit", args=[site.pk]))

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_denial_is_kept_with_the_right_that_was_missing(site: Site) -> None:
    _as(Role.SITE_ADMINISTRATOR, site).get(reverse("participants:site_edit", args=[site.pk]))

    change = AuditChange.objects.order_by("-pk")[0]
    assert (change.kind, change.reason, change.site) == ("access.denied", "may not manage sites", site)


def test_change_of_rights_acts_on_the_next_request(site: Site) -> None:
    person = factories.make_staff(Role.SITE_ADMINISTRATOR, site=site)
    client = Client()
    client.force_login(person)
    before = client.get(reverse("participants:administration")).status_code

    with factories.as_test():
        Delegation.objects.filter(staff=person).update(ends_at=person.created_at)

    assert (before, client.get(reverse("participants:administration")).status_code) == (200, 403)


def test_stranger_is_not_sent_back_to_a_page_that_only_takes_forms(site: Site) -> None:
    answer = Client().post(reverse("participants:sign_all", args=[1]))

    assert answer.headers["Location"] == "/accounts/sign-in/?next=/"


def test_form_sent_after_the_session_ended_is_said_not_to_be_saved(site: Site) -> None:
    page = reverse("participants:site_add")
    answer = Client().post(page, {"code": "NEW"}, follow=True)

    assert answer.redirect_chain == [(f"/accounts/sign-in/?next={page}", 302)]
    assert "what you sent last has not been saved" in answer.content.decode()


def test_page_whose_part_is_asked_for_after_the_session_ended_is_where_one_comes_back_to() -> None:
    around = {"HX-Request": "true", "HX-Current-URL": "http://testserver/participants/7/bedside/"}
    answer = Client().post(reverse("participants:bedside_live", args=[7]), headers=around)

    assert answer.headers["HX-Redirect"] == "/accounts/sign-in/?next=/participants/7/bedside/"


def test_policy_of_a_reading_view_takes_head_too() -> None:
    view = allow(Capability.READ_SITES, methods="GET")(lambda request: None)  # type: ignore[arg-type]

    assert policy_of(view) == Policy(Capability.READ_SITES, methods=frozenset({"GET", "HEAD"}))


def test_view_without_a_declaration_has_no_policy() -> None:
    assert policy_of(lambda request: None) is None


def test_declaring_a_view_public_leaves_the_view_itself_undeclared() -> None:
    def view(request: object) -> None: ...

    public(view)  # type: ignore[arg-type]

    assert policy_of(view) is None


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INVESTIGATOR])
def test_action_goes_on_when_its_actor_holds_the_right(site: Site, role: Role) -> None:
    require(Actor.of(factories.make_staff(role, site=site)), Capability.WRITE_RECORDS, site)


def test_action_is_refused_when_its_actor_holds_the_right_elsewhere(site: Site) -> None:
    by = Actor.of(factories.make_staff(Role.COORDINATOR, site=factories.make_site(site.study)))

    with pytest.raises(ActionRefused):
        require(by, Capability.WRITE_RECORDS, site)


def test_machine_acts_under_its_name(site: Site) -> None:
    require(Actor.machine("system:planner"), Capability.WRITE_RECORDS, site)


def test_site_of_a_row_is_found_along_its_path(site: Site) -> None:
    participant = factories.make_participant(site)

    assert [
        site_of(row) for row in (site, participant, LifecycleStep.objects.get(participant=participant))
    ] == [site] * 3


def test_every_address_of_the_resolver_is_listed_once() -> None:
    patterns = [route.pattern for route in routes()]

    assert len(patterns) == len(set(patterns))
    assert "administration/staff/<int:pk>/" in patterns
