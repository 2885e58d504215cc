"""What a first visit moves over the wire: every request of it, headers too, as Chromium counts them.

Each page is opened on a phone's window with an empty store, until the network is quiet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, sync_playwright

from launcher import browser

PHONE = {"width": 390, "height": 844}


@dataclass
class Weight:
    name: str
    requests: int = 0
    kilobytes: float = 0


def weigh(site: str, pages: list[tuple[str, str, str]]) -> Iterator[Weight]:
    """For each page its name, address and cookie ("name=value", or ""); nothing where there is no Chromium."""
    if browser.find() is None:
        return
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**browser.launch_arguments())
        for name, address, cookie in pages:
            context = chromium.new_context(viewport=PHONE)
            if cookie:
                key, _is, value = cookie.partition("=")
                context.add_cookies([{"name": key, "value": value, "url": site}])
            yield first_visit(context, Weight(name), f"{site}{address}")
            context.close()
        chromium.close()


def first_visit(context: BrowserContext, weight: Weight, url: str) -> Weight:
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")

    def count(received: dict) -> None:
        weight.requests += 1
        weight.kilobytes += received["encodedDataLength"] / 1024

    network.on("Network.loadingFinished", count)
    page.goto(url, wait_until="networkidle")
    return weight
