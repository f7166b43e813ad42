"""The page of all replicas, in a real browser of the size of a phone.

Skipped where no Chromium is installed; .ci/run installs one where it can.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.browser import DRIVER, complaints, loaded_from_elsewhere, open_browser
from tests.eventually import eventually
from tests.stack.running_stack import QUESTION, RunningStack, request

pytestmark = pytest.mark.skipif(DRIVER is None, reason="no Chromium here")

PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
SEEN_SECONDS = 5
BACK_SECONDS = 45  # It has to boot, on a machine that may be busy.


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    driver = open_browser(tmp_path / "profile")
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    yield driver
    driver.quit()


def shown(browser: webdriver.Chrome) -> dict[str, str]:
    """The status of each replica, as it is written on the page."""
    found: dict[str, str] = browser.execute_script(
        """return Object.fromEntries(Array.from(document.querySelectorAll("[data-replica]"),
        card => [card.dataset.replica, card.querySelector(".head .mark").innerText]))"""
    )
    return {name: text.split()[-1] for name, text in found.items()}


def headline(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.ID, "headline").text


def test_a_killed_replica_is_seen_to_be_down_and_to_be_back(
    stack: RunningStack, token: str, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    all_ready = {"replica-1": "ready", "replica-2": "ready"}
    browser.get(f"{stack.base_url}/status")
    browser.execute_script("window.isTheSame = true")
    eventually(lambda: shown(browser) == all_ready, BACK_SECONDS)
    assert headline(browser) == "All 2 replicas answer."
    assert stack.get(QUESTION, {"Authorization": f"Bearer {token}"}).status == 200
    eventually(lambda: browser.find_element(By.ID, "errors").text.startswith("0"), SEEN_SECONDS)

    supervisor = stack.supervisord()
    supervisor.suspend()  # It would start the replica again at once.
    try:
        os.killpg(stack.pid("replica-2"), signal.SIGKILL)
        down = {"replica-1": "ready", "replica-2": "down"}
        eventually(lambda: shown(browser) == down, SEEN_SECONDS)
        assert "1 of 2 replicas answer. replica-2 is down, last seen at" in headline(browser)
        picture = tmp_path / "status.png"
        browser.save_screenshot(str(picture))
        assert picture.stat().st_size > 10_000
        assert browser.execute_script(
            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    finally:
        supervisor.resume()
    eventually(lambda: shown(browser) == all_ready, BACK_SECONDS)
    assert headline(browser) == "All 2 replicas answer."
    assert browser.execute_script("return window.isTheSame")
    assert loaded_from_elsewhere(browser, stack.base_url) == []
    assert complaints(browser) == []


def test_this_machine_may_see_it(stack: RunningStack) -> None:
    for path in ("/status", "/health/cluster"):
        assert request(stack.port(), "GET", path).status == 200
