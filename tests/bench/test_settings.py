"""`make bench-settings` at a small size: that it works, not which setting is best."""

from pathlib import Path

import pytest

from tests.bench import settings


@pytest.mark.parametrize("name", ["256 MB mapped to memory", "pages of 8 KiB"])
def test_setting_is_measured_on_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    pragmas = settings.SETTINGS[name]
    path = tmp_path / "small.db"
    settings.template(path, pragmas.get("page_size"), events=settings.EVENTS, each=1)
    found = settings.measure(path, pragmas, groups=1, reads=1)
    assert all(value > 0 for value in found.values())
