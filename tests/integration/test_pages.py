"""The pages in a real browser, which can reach this machine and no other.

Skipped where no Chromium is installed; .ci/run installs one where it can.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser import DRIVER, complaints, loaded_from_elsewhere, open_browser
from tests.conftest import add_client
from tests.integration.conftest import MakeReplica
from tests.integration.replica import Replica

pytestmark = pytest.mark.skipif(DRIVER is None, reason="no Chromium here")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    driver = open_browser(tmp_path / "profile")
    yield driver
    driver.quit()


def test_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(
    replica: Replica, browser: webdriver.Chrome
) -> None:
    origin = f"http://127.0.0.1:{replica.port}"
    browser.get(f"{origin}/docs")
    WebDriverWait(browser, 20).until(lambda b: b.find_elements(By.CLASS_NAME, "opblock"))
    paths = [e.text for e in browser.find_elements(By.CLASS_NAME, "opblock-summary-path")]
    shown = {path.replace("\u200b", "") for path in paths}
    assert "/api/v1/calendars/{calendar_id}/days/{date}" in shown
    assert "/oauth/token" in shown
    assert loaded_from_elsewhere(browser, origin) == []
    assert complaints(browser) == []


def test_the_first_page_needs_nothing_else_and_fits_a_phone(
    replica: Replica, browser: webdriver.Chrome
) -> None:
    origin = f"http://127.0.0.1:{replica.port}"
    browser.set_window_size(400, 800)
    browser.get(f"{origin}/")
    assert browser.find_element(By.TAG_NAME, "h1").text == "Fasti"
    assert f"{origin}/oauth/token" in browser.find_element(By.TAG_NAME, "pre").text
    assert browser.execute_script(
        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert loaded_from_elsewhere(browser, origin) == []
    assert complaints(browser) == []


def test_the_page_authorises_by_id_and_secret_and_tries_a_call(
    replica: Replica, browser: webdriver.Chrome, make_replica: MakeReplica
) -> None:
    secret = add_client(make_replica(), "acme")
    browser.set_window_size(1200, 1000)
    browser.get(f"http://127.0.0.1:{replica.port}/docs")

    def find(selector: str) -> WebElement:
        return WebDriverWait(browser, 20).until(lambda b: b.find_element(By.CSS_SELECTOR, selector))

    def click(selector: str) -> None:
        # By script: the page moves under the mouse.
        browser.execute_script("arguments[0].click()", find(selector))

    click(".scheme-container .btn.authorize")
    find("#client_id_clientCredentials").send_keys("acme")
    find("#client_secret_clientCredentials").send_keys(secret)
    click(".auth-container .btn.authorize.modal-btn")
    find(".auth-container [aria-label='Remove authorization']")  # It has the token now.
    click(".btn.btn-done")
    path = find("[data-path='/api/v1/calendars/{calendar_id}/days/{date}']")
    browser.execute_script("arguments[0].closest('.opblock-summary').firstChild.click()", path)
    operation = ".opblock.is-open"
    click(f"{operation} .try-out__btn")
    click(f"{operation} .btn.execute")
    status = find(f"{operation} .live-responses-table .response .response-col_status")
    assert status.text.startswith("200")
    assert complaints(browser) == []
