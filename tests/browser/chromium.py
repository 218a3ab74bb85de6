"""The browser these tests drive: the system's own Chromium."""

import os
import shutil

ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb")
"""Chromium's own sandbox does not work for root, which CI is; the page under test is ours."""


def find_chromium() -> str | None:
    """Return the path of Chromium, or None when there is none."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


if __name__ == "__main__":
    raise SystemExit(0 if find_chromium() else 1)
