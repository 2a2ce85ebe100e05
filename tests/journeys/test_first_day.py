"""The first day with PACER, in a browser, on the demo that "make run" starts."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from followup.demo.staff import PASSWORD
from tests.servers.demo import RunningDemo, running

pytestmark = [pytest.mark.browser, pytest.mark.once]

STUDY_ID = "P-700"
# Where the coordinator of the demo works.
SITE_ZONE = ZoneInfo("America/Chicago")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """Start a demo with nothing, as a stranger does."""
    with running(tmp_path_factory.mktemp("demo"), None) as started:
        yield started


def sign_in(browser: Browser, demo: RunningDemo, role: str) -> Page:
    page = browser.new_context(base_url=demo.address).new_page()
    page.goto("/")
    page.get_by_label("E-mail").fill(f"{role}.lke@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    return page


def ago(days: int) -> str:
    """Write a day so many before today at the site, where it can be another one than in UTC."""
    today: date = datetime.now(SITE_ZONE).date()
    return (today - timedelta(days=days)).isoformat()


def screen(page: Page) -> str:
    """Enter a participant with permission, assent and criteria; return the address of their pages."""
    page.get_by_role("link", name="Screening", exact=True).click()
    page.get_by_role("link", name="New participant").click()
    form = page.locator("main")
    form.get_by_label("Study id").fill(STUDY_ID)
    form.get_by_label("Pre-screened on").fill(ago(70))
    form.get_by_label("Birth date").fill("3 Mar 2015")
    form.get_by_role("button", name="Enter").click()
    address = page.url.rsplit("/screening/", 1)[0]
    page.get_by_role("link", name="Record consent").click()
    form.get_by_label("Parental permission").check()
    form.get_by_label("Assent of the child").check()
    form.get_by_label("Signed on").fill(ago(68))
    form.get_by_role("button", name="Record").click()
    page.goto(f"{address}/screening/")
    page.get_by_role("link", name="Answer the criteria").click()
    for met in form.get_by_label("Met", exact=True).all():
        met.check(force=True)
    burden = form.get_by_role("group", name=re.compile("^BURDEN"))
    burden.get_by_label("Evidence dated").fill(ago(60))
    form.get_by_role("button", name="Save the answers").click()
    expect(form.get_by_role("heading", name="An investigator decides")).to_be_visible()
    return address


def declare_eligible(page: Page, address: str) -> None:
    page.goto(f"{address}/screening/")
    page.get_by_role("link", name="Declare eligible").click()
    page.get_by_label("Decided on").fill(ago(58))
    page.locator("main").get_by_role("button", name="Declare eligible").click()
    expect(page.locator("main")).to_contain_text("Enrol")


def enrol(page: Page, address: str) -> None:
    page.goto(f"{address}/screening/")
    page.get_by_role("link", name="Enrol").click()
    page.get_by_label("Enrolled on").fill(ago(55))
    page.locator("main").get_by_role("button", name="Enrol").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"LKE-\d{4}-[0-9A-Z]"))


def record_event(page: Page, address: str, kind: str, days: int) -> None:
    page.goto(f"{address}/dates/{kind}/")
    page.get_by_label("has happened").check(force=True)
    page.locator("main").get_by_label("Date", exact=False).first.fill(ago(days))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("main")).to_contain_text("Nothing is saved yet")
    page.get_by_role("button", name="Apply").click()


def log_late(page: Page, address: str, code: str, days: int) -> None:
    page.goto(f"{address}/schedule/")
    page.locator("main").get_by_role("link", name=re.compile(rf"\b{code}\b")).first.click()
    page.get_by_label("Date of the visit").fill(ago(days))
    page.get_by_role("button", name="All done").click()
    page.get_by_role("button", name="Save & exit").click()


def test_from_screening_to_a_deviation_and_a_reminder_in_a_mailbox(
    demo: RunningDemo, browser: Browser
) -> None:
    coordinator = sign_in(browser, demo, "coordinator")
    address = screen(coordinator)
    declare_eligible(sign_in(browser, demo, "investigator"), address)
    enrol(coordinator, address)
    record_event(coordinator, address, "ld_start", 50)
    record_event(coordinator, address, "infusion", 44)

    coordinator.goto(f"{address}/schedule/")
    expect(coordinator.locator("main")).to_contain_text("D+44")
    windows = coordinator.locator("main").get_by_text(re.compile(r"^D[−+]?\d+ to D[−+]?\d+$"))
    assert windows.count() == 18, "nineteen visits have windows; the daily log stands below the table"

    log_late(coordinator, address, "D21", 17)
    coordinator.get_by_role("link", name="Deviations").click()
    row = (
        coordinator.locator("main tr, main li")
        .filter(has_text=STUDY_ID)
        .filter(has_text="D21 done 3 days late")
    )
    expect(row.first).to_be_visible()

    coordinator.goto("/demo/mailbox/")
    mail = coordinator.locator("main article").filter(has_text="coordinator.lke@demo.example").first
    expect(mail).to_be_visible()
    assert not re.search(r"P-\d{3}|anakinra|CRS|D\+\d", mail.inner_text()), "a mail says nothing private"
    mail.get_by_role("link").first.click()
    expect(coordinator.locator("h1")).to_be_visible()
