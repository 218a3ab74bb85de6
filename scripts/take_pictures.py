"""Take the documents' pictures of the demo in Chromium: its story, the director's panel, and what the commands show."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from scripts.member_screens import MemberScreens
from scripts.screens import Screens
from scripts.setting_screens import SettingScreens

ROOT = Path(__file__).resolve().parents[1]
SIZE: ViewportSize = {"width": 1200, "height": 720}
STORY_MS = 60_000
MOST_BYTES = 150_000
"""What a picture may weigh, so that the README opens quickly."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=ROOT / "docs/pictures")
def main(folder: Path) -> None:
    """Write story.png, director.png and the pictures of the commands into FOLDER."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.ClickException(
            "There is no Chromium here (on Debian: apt install chromium fonts-noto-color-emoji)."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with _demo() as address:
            _take_story(_opened(browser, address, "dark"), folder / "story.png")
            _take_director(_opened(browser, address, "light"), folder / "director.png")
        for screens in (Screens, SettingScreens, MemberScreens):
            with _demo() as address:
                page = _opened(browser, address, "dark")
                expect(page.locator("#story")).to_have_attribute("data-state", "right", timeout=STORY_MS)
                screens(page, folder).take()
        browser.close()
    for picture in sorted(folder.glob("*.png")):
        size = picture.stat().st_size
        click.echo(f"{picture} {size} bytes")
        if size > MOST_BYTES:
            raise click.ClickException(f"{picture.name} is larger than {MOST_BYTES} bytes.")


@contextmanager
def _demo() -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "reminder_bot", "demo", "--port", "0"]
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen(command, cwd=place, env=_environment(), stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            yield _address(process)
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": "/usr/local/bin:/usr/bin:/bin", "TZ": "UTC"}


def _address(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if found := re.search(r"http://\S+token=\S+", line):
            return found[0]
    raise click.ClickException("The demo did not print its address.")


def _opened(browser: Browser, address: str, scheme: Literal["dark", "light"]) -> Page:
    page = browser.new_page(viewport=SIZE, color_scheme=scheme, locale="en-GB", reduced_motion="reduce")
    page.goto(address)
    page.locator(".act-as").wait_for()
    return page


def _take_story(page: Page, picture: Path) -> None:
    reminders = page.locator(".message", has_text="Your answer is missing")
    expect(reminders).to_have_count(2, timeout=STORY_MS)
    page.locator(".act-as").click()
    page.get_by_role("combobox", name="Act as").fill("Noor")
    page.keyboard.press("Enter")
    expect(reminders).to_have_count(3, timeout=STORY_MS)
    page.screenshot(path=picture)


def _take_director(page: Page, picture: Path) -> None:
    expect(page.locator("#story")).to_have_attribute("data-state", "right", timeout=STORY_MS)
    page.get_by_role("button", name="Director's panel").click()
    page.get_by_role("button", name="Post an event").click()
    page.locator(".message", has_text="Reminders every 1 hour").wait_for()
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_role("button", name="Skip to the next due time").click()
    expect(page.locator("[data-status=sent]").first).to_contain_text("8 people", timeout=STORY_MS)
    page.locator("#director").evaluate("(panel) => { panel.scrollTop = panel.scrollHeight / 4; }")
    page.locator("#composer-text").press_sequentially("/")
    page.screenshot(path=picture)


if __name__ == "__main__":
    main()
