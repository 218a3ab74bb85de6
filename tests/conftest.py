"""What holds for every test: nothing it opened or started may outlive it."""

import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples at each run, so that a test fails where it was broken and nowhere else; others are looked for by
# `--hypothesis-profile=random`. Nothing is judged by its time: a busy machine is no fault.
settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("random"), derandomize=True)
settings.load_profile("steady")

pytest_plugins = ["tests.sandbox_fixtures"] if importlib.util.find_spec("tests.sandbox_fixtures") else []

PATIENCE_SECONDS = 2.0


@pytest.fixture(autouse=True)
def no_leaks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail a test that leaves a thread running or a file of the test folder, such as a database, open."""
    folder = tmp_path_factory.getbasetemp().resolve()
    threads = set(threading.enumerate())
    files = _open_files(folder)
    yield
    leaked = _what_remains(lambda: [thread.name for thread in threading.enumerate() if thread not in threads])
    assert not leaked, f"threads still running: {leaked}"
    leaked = _what_remains(lambda: sorted(_open_files(folder) - files))
    assert not leaked, f"files still open: {leaked}"


def _what_remains(find: Callable[[], list[str]]) -> list[str]:
    """Give what is ending a moment to end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := find()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _open_files(folder: Path) -> set[str]:
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():  # not Linux
        return set()
    targets = set()
    for descriptor in descriptors.iterdir():
        try:
            targets.add(str(descriptor.readlink()))
        except OSError:  # closed meanwhile; the listing itself was one
            continue
    return {target for target in targets if target.startswith(str(folder))}
