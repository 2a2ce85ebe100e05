"""A severe course in a browser, from the first fever to day 28, as those who enter and sign it live it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.models import Participant
from tests.factories import PASSWORD, as_test, make_infused, make_site, make_staff

# Playwright runs a loop of its own in this thread; the pages are served by another.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

# What nobody has: a quiet child on room air.
QUIET = {"hypotension": "No", "running": "None", "o2_device": "Room air", "cause": "Attributed to CRS"}
AWAKE = {"capd": "0", "awakens": "Spontaneously", "signs": "None of these", "sedated": "No"}


@pytest.fixture
def child() -> Participant:
    """Return a child of eight on D+29, of whom nothing is known after the infusion."""
    site = make_site()
    today = site.today(timezone.now())
    birth = PartialDate(today.replace(year=today.year - 8, month=1, day=15), Precision.DAY)
    return make_infused(site, day=29, study_id="P-801", birth=birth)


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer, child: Participant) -> Callable[[Role], Page]:
    """Return a function that opens the browser of somebody in a role."""

    def signed_in(role: Role) -> Page:
        client, person = Client(), make_staff(role, child.site)
        with as_test():
            person.set_password(PASSWORD)
            person.save()
        client.force_login(person)
        context = browser.new_context(base_url=live_server.url, viewport={"width": 820, "height": 1180})
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    return signed_in


class Bedside:
    """The hands of somebody at the bedside of one participant."""

    def __init__(self, page: Page, participant: Participant) -> None:
        self.page, self.base = page, f"/participants/{participant.pk}"
        self.main = page.locator("main")

    def tap(self, name: str, words: str) -> None:
        """Press one answer of a row of taps."""
        row = self.page.locator(f"[data-taps={name}]")
        # Long words may hold soft hyphens.
        written = "\u00ad?".join(map(re.escape, words))
        row.locator("label").filter(has_text=re.compile(f"^{written}$")).click()

    def find(self, on: str, clock: str, temperature: str, grades: tuple[str, str], **taps: str) -> None:
        """Enter what is seen at one moment; both grades must stand there before anything is saved."""
        self.page.goto(f"{self.base}/bedside/")
        self.page.get_by_text("change time").click()
        self.page.get_by_label("Date", exact=True).fill(on)
        self.page.get_by_label("Time at the site").fill(clock)
        self.page.get_by_label("Temperature").fill(temperature)
        numbers = {"Flow": taps.pop("flow", ""), "CAPD total, 9 to 32": taps.pop("capd_more", "")}
        for name, words in (QUIET | AWAKE | taps).items():
            for each in words.split(" and "):
                if name != "cause":
                    self.tap(name, each)
        for label, number in numbers.items():
            if number:
                self.page.get_by_role("textbox", name=label).fill(number)
        for words in ("not saved yet", *grades):
            expect(self.page.locator("#bed-grades")).to_contain_text(words)
        self.page.get_by_role("button", name="Save & exit").first.click()
        expect(self.page.locator("body")).to_contain_text("saved")
        self.page.wait_for_load_state()

    def fill(self, where: str, button: str, **values: str) -> None:
        """Fill one form of the record and send it off; labels are written with underscores."""
        self.page.goto(f"{self.base}/{where}/" if not where.startswith("/") else where)
        self.send(button, **values)

    def send(self, button: str, **values: str) -> None:
        for name, value in values.items():
            label = name.replace("_", " ")
            field = self.main.get_by_label(re.compile(rf"^\s*{label}\s*\*?\s*$")).first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        self.main.get_by_role("button", name=button, exact=True).click()

    def dose(self, on: str, clock: str, mg: str, **more: str) -> None:
        """Record a dose that was given by the one weight on record."""
        self.page.goto(f"{self.base}/dose/add/")
        self.main.get_by_label("Given", exact=True).check(force=True)
        self.main.get_by_label(re.compile("25 kg of")).check(force=True)
        self.send("Save", Date=on, Time=clock, **{"Dose,_mg": mg}, **more)


def fevers_and_the_trigger(at: Bedside) -> None:
    at.fill("stay/add", "Save", Admitted_on="D-6", Time="10:00", Why="CAR-T infusion")
    at.find("D+2", "20:00", "37.2", ("No CRS", "No ICANS"))
    at.find("D+3", "08:00", "38.9", ("CRS grade 1", "No ICANS"))
    at.page.goto(f"{at.base}/bedside/")
    expect(at.page.locator("#bed-fever")).not_to_contain_text("the trigger is met")
    at.find("D+3", "13:10", "39.1", ("CRS grade 1", "No ICANS"))
    at.page.goto(f"{at.base}/bedside/")
    expect(at.page.locator("#bed-fever")).to_contain_text("5 h 10 apart: the trigger is met")
    at.page.goto("/")
    expect(at.main).to_contain_text("trigger met, no dose yet")


def treatment(at: Bedside) -> None:
    at.fill("weight/add", "Save", Weighed_on="D-1", **{"Weight,_kg": "25"})
    at.dose("D+3", "14:25", "62.5")
    at.dose("D+4", "02:25", "62.5")
    at.find(
        "D+4", "08:00", "39.4", ("CRS grade 2", "ICANS grade 1"),
        hypotension="Yes", o2_device="Nasal cannula", flow="2", capd="3",
    )  # fmt: skip
    at.find(
        "D+5", "08:00", "39.2", ("CRS grade 3", "ICANS grade 2"),
        hypotension="Yes", running="Norepinephrine", o2_device="High-flow cannula", flow="15",
        capd="7", awakens="To voice",
    )  # fmt: skip
    at.dose("D+5", "09:00", "62.5", Schedule="every 6 h", Reason_in_words="CRS progresses")
    at.fill("care/add", "Save", Into_intensive_care_on="D+5", Time="09:30", Why="Vasopressor")
    at.page.goto(f"{at.base}/drug/add/")
    at.main.get_by_label("Anticytokine").check(force=True)
    at.main.get_by_label("Rescue for CRS").check(force=True)
    at.send(
        "Save", Drug="Tocilizumab", Dose="8 mg/kg IV", Start="D+5", **{"Time,_if_known": "10:00"},
        Stop="D+5",
    )  # fmt: skip


def the_worst_day(at: Bedside) -> None:
    at.find(
        "D+6", "08:00", "39.6", ("CRS grade 4", "ICANS grade 3"),
        hypotension="Yes", running="Norepinephrine and Epinephrine", o2_device="High-flow cannula",
        flow="20", capd="≥ 9", capd_more="12", awakens="To touch only",
    )  # fmt: skip


def report_it_as_serious(at: Bedside) -> None:
    """Follow the proposal to a serious event whose clock runs."""
    at.page.goto("/safety/")
    at.main.get_by_role("link", name=re.compile("CRS grade 4")).first.click()
    at.main.get_by_role("link", name="Record a new event and report it").click()
    at.send(
        "Save", CTCAE_term="Cytokine release syndrome", Grade_at_onset="Grade 4", Onset="D+6",
        Outcome="Ongoing",
    )  # fmt: skip
    at.main.get_by_label("Life-threatening").check(force=True)
    at.send("Report as serious", The_site_became_aware_on="D+6", Time="08:30")
    at.page.goto("/safety/")
    expect(at.main).to_contain_text("SAE-")


def recovery(at: Bedside) -> None:
    at.find("D+8", "08:00", "37.4", ("CRS grade 2", "ICANS grade 1"),
            o2_device="Nasal cannula", flow="2", capd="4")  # fmt: skip
    at.find("D+9", "08:00", "37.0", ("CRS resolved", "No ICANS"))
    at.find("D+10", "09:00", "36.8", ("No CRS", "No ICANS"))


def the_trigger_follows_its_readings(at: Bedside) -> None:
    """Correct the second reading, and correct it back: the next high one meets the trigger meanwhile."""
    for temperature, reason, met in (
        ("38.3", "read from the wrong line", "D+4, 08:00"),
        ("39.1", "the chart was right", "D+3, 13:10"),
    ):
        at.page.goto(f"{at.base}/toxicity/")
        day = at.main.locator("details").filter(has_text="D+3")
        day.locator("summary").click()
        reading = day.locator("tr").filter(has_text="13:10").filter(has_text="Vitals")
        reading.get_by_role("link", name="Correct").click()
        at.main.get_by_label("Temperature").fill(temperature)
        at.send("Save", Reason=reason)
        expect(at.page.locator(".p-strip")).to_contain_text(met)


def day_28(at: Bedside) -> None:
    at.fill("anakinra/end", "End treatment", Why_the_treatment_ends="CRS has resolved")
    at.page.goto(f"{at.base}/responses/add/")
    at.main.get_by_label("CR", exact=True).check(force=True)
    at.main.get_by_role("group", name=re.compile("^MRD negative")).get_by_label("Yes").check(force=True)
    at.send("Save", Assessed_on="D+28")


def the_investigator_judges(at: Bedside) -> None:
    at.page.goto("/safety/")
    at.main.get_by_role("link", name="Cytokine release syndrome").first.click()
    at.main.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(at.page.locator("body")).to_contain_text("is confirmed")
    at.page.goto(f"{at.base}/toxicity/")
    at.main.get_by_text("derived grades to sign").click()
    at.main.get_by_label("Your password").fill(PASSWORD)
    at.main.get_by_role("button", name=re.compile("as derived$")).click()
    expect(at.page.locator("body")).to_contain_text("grades signed as derived")


def the_timeline_tells_it_all(at: Bedside) -> None:
    at.page.goto(f"{at.base}/timeline/?from=D-1&to=D14")
    expect(at.page.locator("#tl-read")).to_contain_text("5 h 10 after the first: trigger met")
    strip = at.page.locator(".p-strip")
    for words in ("1 h 15 after", "Grade 4", "D+6", "Grade 3", "CR"):
        expect(strip).to_contain_text(words)
    figure = at.page.locator("svg.tl-plot")
    for words in ("Norepinephrine", "Epinephrine", "Escalated to q6h", "Intensive care", "Cytokine release"):
        expect(figure).to_contain_text(words)
    at.main.get_by_text("The same as a table").click()
    worst = at.main.get_by_role("row", name=re.compile(r"^D\+6 "))
    expect(worst).to_contain_text("2 vasopressors, not counting vasopressin")


def the_figures_count_it(at: Bedside) -> None:
    at.page.goto("/dashboards/")
    severe = at.main.get_by_role("figure").filter(has_text="Severe CRS").first
    expect(severe).to_contain_text(re.compile(r"1\s+of\s+1\s+evaluable"))


def test_from_first_fever_to_day_28(sign_in: Callable[[Role], Page], child: Participant) -> None:
    at = Bedside(sign_in(Role.COORDINATOR), child)
    fevers_and_the_trigger(at)
    treatment(at)
    the_worst_day(at)
    recovery(at)
    report_it_as_serious(at)
    the_trigger_follows_its_readings(at)
    day_28(at)
    investigator = Bedside(sign_in(Role.INVESTIGATOR), child)
    the_investigator_judges(investigator)
    the_timeline_tells_it_all(investigator)
    the_figures_count_it(investigator)
