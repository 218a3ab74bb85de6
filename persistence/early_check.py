"""Whether a database file is sound, found out on a thread of its own while the rest of the program is still loading.

SQLite reads the whole file for it, without the interpreter's lock, so that on a second core it costs a start nothing.
"""

import sqlite3
import stat
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

WORTH_A_THREAD_BYTES = 1_000_000
"""A smaller file is read in a few milliseconds; the thread alone takes one."""


@dataclass(frozen=True, slots=True)
class _FileState:
    """What tells that nobody has written to a file, nor put another in its place."""

    device: int
    inode: int
    size: int
    modified_ns: int


class EarlyCheck:
    """Reads one file, as it lies there; only good news counts, and only as long as the file stays as it was.

    Whatever else comes out (damage, another program's file, one that cannot be read) is left to the check that
    `open_database` makes itself, with the file locked: so it is refused in one place, in one way. A file with a
    write-ahead log or a journal beside it is not looked at, for it is not whole without them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = _whole_file(path)
        self._is_sound = False
        self._thread: threading.Thread | None = None
        if self._state is not None and self._state.size >= WORTH_A_THREAD_BYTES:
            # A daemon: what ends the program meanwhile need not wait for it, as it changes nothing.
            self._thread = threading.Thread(target=self._look, name="early-check", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait for the verdict; to be done before this process opens the file in any other way.

        Closing a file takes away all locks that the process has on it, those of the connection that reads it here too.
        """
        if self._thread is not None:
            self._thread.join()

    def holds(self) -> bool:
        """Whether the file was found sound, and is still what was looked at; for who has its lock, after `wait`."""
        return self._is_sound and _whole_file(self._path) == self._state

    def _look(self) -> None:
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self._path))}?mode=ro", uri=True)) as connection:
                (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except (sqlite3.Error, UnicodeError):
            # Not good news; the check that follows says which.
            return
        self._is_sound = finding == "ok"


def _whole_file(path: Path) -> _FileState | None:
    """Return the state of a file that is all there is of its database, or None."""
    try:
        found = path.stat()
        beside = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
        if not stat.S_ISREG(found.st_mode) or any(each.exists() and each.stat().st_size for each in beside):
            return None
    except (OSError, ValueError):
        return None
    return _FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
