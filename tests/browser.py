"""A real Chromium, which can reach this machine and no other."""

import shutil
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

DRIVER = shutil.which("chromedriver")

FLAGS = (
    "--headless",
    "--no-sandbox",  # needed by root, as whom CI runs
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def open_browser(profile: Path) -> webdriver.Chrome:
    """Start one. profile: a directory of its own."""
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


def loaded_from_elsewhere(browser: webdriver.Chrome, origin: str) -> list[str]:
    """What the page asked of another server."""
    loaded = browser.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    return [url for url in loaded if not url.startswith((origin, "data:"))]


def complaints(browser: webdriver.Chrome) -> list[dict[str, str]]:
    """What the browser itself found wrong, but for the icon it asks every site for."""
    said = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return [
        entry
        for entry in said
        if entry["level"] == "SEVERE" and "favicon.ico" not in entry["message"]
    ]
