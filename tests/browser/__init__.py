"""The sandbox's page in a real browser, used as a person would; skipped where there is no Chromium."""
