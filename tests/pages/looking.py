"""What a browser says of a page: its complaints, whether it fits the screen, and what axe finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

WIDTHS = {"phone": 390, "tablet": 820, "desk": 1440}
# What axe needs of a context.
FOR_AXE = {"bypass_csp": True, "reduced_motion": "reduce"}
# A rule, and the elements that break it.
Violation = tuple[str, list[str]]
_IS_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_OPEN_ALL = "all => all.forEach(each => { each.open = true; })"


def open_quietly(context: BrowserContext, url: str) -> tuple[Page, list[str]]:
    """Open a page and return what the browser complains about, then and later."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page, complaints


def complaints_of(
    context: BrowserContext,
    base: str,
    addresses: Iterable[str],
    widths: Iterable[int] = WIDTHS.values(),
    *,
    with_details_open: bool = False,
) -> dict[str, list[str]]:
    """Return what a browser complains about, and the widths that a page does not fit, by address."""
    found = {}
    for address in addresses:
        page, complaints = open_quietly(context, base + address)
        if with_details_open:
            page.eval_on_selector_all("details", _OPEN_ALL)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate(_IS_WIDER):
                complaints.append(f"wider than {width} px")
        page.close()
        found[address] = complaints
    return {address: complaints for address, complaints in found.items() if complaints}


def violations_of(
    context: BrowserContext, base: str, addresses: Iterable[str], *, with_details_open: bool = False
) -> dict[str, list[Violation]]:
    """Return what axe finds in light, and of the contrast in dark, by address.

    The context must let axe past the policy, and show no colours that change slowly.
    """
    found: dict[str, list[Violation]] = {}
    for address in addresses:
        page = context.new_page()
        page.goto(base + address)
        if with_details_open:
            page.eval_on_selector_all("details", _OPEN_ALL)
        found[address] = _violations(page, None)
        page.emulate_media(color_scheme="dark")
        found[address] += _violations(page, {"runOnly": ["color-contrast"]})
        page.close()
    return {address: violations for address, violations in found.items() if violations}


def _violations(page: Page, options: dict[str, Any] | None) -> list[Violation]:
    violations = Axe().run(page, options=options).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
