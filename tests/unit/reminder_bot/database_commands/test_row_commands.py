"""What is in the database: cleanup, optimize, indexes, export, import, analytics, forget."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from models.audit_models import AuditLog
from models.database_models import Event, ReminderLog, User
from models.sql import run_sql
from persistence import audit, bot_state, forgotten, reactions
from tests.unit.persistence.factories import (
    EVENT,
    GUILD,
    NOW,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    met,
    opened,
)
from tests.unit.reminder_bot.database_commands.conftest import ANNA, BEN, Shell
from utils.time import SystemClock


def test_cleanup_says_what_it_moved_and_has_nothing_to_do_afterwards(shell: Shell) -> None:
    found = shell.json("cleanup", "--yes")
    assert (found["log"], found["answers"], found["events"]) == (1, 0, 1)
    assert found["archives"] == ["data/backups/reminder_bot-archive-2026-03.db"]
    with shell.opened():
        assert (ReminderLog.select().count(), Event.select().count()) == (0, 1)
    assert shell.run("cleanup", "--yes").output == "Nothing is older than 90 days.\n"


def test_cleanup_deletes_recorded_changes_older_than_their_own_setting(shell: Shell) -> None:
    shell.run("cleanup", "--yes")
    age = SystemClock().now() - timedelta(days=400)
    with shell.opened():
        kept = AuditLog.select().count()
        for _ in range(3):
            audit.record_setting(GUILD, "interval", 1, 2, age, ANNA)
    asked = shell.run("cleanup", "--older-than", "36500", code=2).output
    assert "In data/reminder_bot.db: delete 3 recorded changes older than 365 days?" in asked
    assert "Deleted 3 recorded changes." in shell.run("cleanup", "--older-than", "36500", "--yes").output
    with shell.opened():
        assert AuditLog.select().count() == kept


def test_cleanup_of_what_is_not_old_enough_asks_nothing(shell: Shell) -> None:
    assert shell.run("cleanup", "--older-than", "36500").output == "Nothing is older than 36500 days.\n"
    shell.run("cleanup", "--older-than", "0", code=2)


def test_optimize_says_what_it_gained(shell: Shell) -> None:
    with shell.opened() as handle:
        bot_state.set_value("filler", "x" * 2_000_000, NOW)
        run_sql(handle.database, "DELETE FROM bot_state")
    before = shell.path.stat().st_size
    found = shell.json("optimize", "--yes")
    assert found["gained_bytes"] >= 1_900_000
    assert before - shell.path.stat().st_size >= 1_900_000
    assert "gained" in shell.run("optimize", "--yes").output


def test_indexes_names_users_and_the_unused(shell: Shell) -> None:
    found = shell.json("indexes")
    uses = {index["name"]: index["functions"] for index in found["indexes"]}
    assert "due_events.list_due" in uses["event_next_reminder_at"]
    assert found["unused"] == []
    with shell.opened() as handle:
        run_sql(handle.database, "CREATE INDEX nobody ON event (title)")
    assert shell.json("indexes")["unused"] == ["nobody"]
    assert "Unused: nobody" in shell.run("indexes").output
    assert shell.run("indexes", "--rebuild", "--yes").output.startswith("All indexes were written anew.")


def test_export_and_import_make_a_full_round_trip(shell: Shell) -> None:
    shell.run("export", "--to", "rows.json")
    assert Path("rows.json").stat().st_mode & 0o777 == 0o600
    assert "Imported into copy.db" in shell.run("import", "rows.json", "--database", "copy.db", "--yes").output
    shell.run("export", "--to", "again.json", "--database", "copy.db")
    first, second = (json.loads(Path(name).read_text())["tables"] for name in ("rows.json", "again.json"))
    assert first == second
    assert len(first["reaction"]) == 2
    assert shell.run("check", "--database", "copy.db").output == "copy.db is sound.\n"


def test_import_that_fails_leaves_no_file_and_changes_none(shell: Shell) -> None:
    shell.run("export", "--to", "rows.json")
    document = json.loads(Path("rows.json").read_text())
    document["tables"]["reaction"][1]["emoji"] = "x" * 99
    Path("bad.json").write_text(json.dumps(document))
    result = shell.run("import", "bad.json", "--database", "copy.db", "--yes", code=1)
    assert "reaction, row 2: emoji: is longer than 64 characters" in result.stderr
    assert not Path("copy.db").exists()
    assert "is not empty" in shell.run("import", "rows.json", "--yes", code=1).stderr
    Path("latin.json").write_bytes("{'ä'}".encode("latin-1"))
    assert "not UTF-8" in shell.run("import", "latin.json", "--database", "copy.db", "--yes", code=1).stderr


def test_export_of_one_guild_of_an_unknown_one_and_printed(shell: Shell) -> None:
    printed = shell.run("export", "--to", "-", "--guild", str(OTHER_GUILD)).stdout
    assert [row["title"] for row in json.loads(printed)["tables"]["event"]] == ["=1+1"]
    assert "There is no server 77" in shell.run("export", "--to", "x.json", "--guild", "77", code=1).stderr
    assert not Path("x.json").exists()
    shell.run("export", "--to", "-", "--format", "csv", code=2)
    shell.run("export", "--to", "-", "--json", code=2)
    shell.run("export", code=2)


def test_export_never_writes_over_a_file(shell: Shell) -> None:
    Path("mine").write_text("mine")
    assert "File exists" in shell.run("export", "--to", "mine", code=1).stderr
    assert "File exists" in shell.run("export", "--to", "mine", "--format", "csv", code=1).stderr
    assert Path("mine").read_text() == "mine"


def test_csv_guards_what_a_spreadsheet_would_run(shell: Shell) -> None:
    shell.run("export", "--to", "sheets", "--format", "csv")
    assert "'=1+1" in Path("sheets/event.csv").read_text("utf-8-sig")


def test_analytics_shows_servers_weeks_and_events(shell: Shell) -> None:
    lines = shell.run("analytics", "--weeks", "2").output.splitlines()
    raiders = next(line for line in lines if line.startswith("Raiders"))
    assert raiders.split() == ["Raiders", "1", "2", "1", "2", "5", "minutes", "5", "minutes"]
    found = shell.json("analytics", "--guild", str(GUILD))["analytics"]
    assert [event["title"] for event in found["events"]] == ["Raid night"]
    assert found["guilds"][0]["responses"] == {"known": 2, "median": 300.0, "p90": 300.0}
    assert len(found["weeks"]) == 12


def test_plot_without_matplotlib_is_told_with_what_to_install(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    result = shell.run("analytics", "--plot", "weeks.png", code=1)
    assert result.stderr.startswith("Error: --plot needs matplotlib: pip install")
    assert not Path("weeks.png").exists()


def test_plot_is_a_picture(shell: Shell) -> None:
    pytest.importorskip("matplotlib")
    assert "Drawn into weeks.png." in shell.run("analytics", "--plot", "weeks.png").output
    assert Path("weeks.png").read_bytes().startswith(b"\x89PNG")


def test_forget_gives_a_receipt_and_reaches_the_archives(shell: Shell) -> None:
    shell.run("cleanup", "--yes")
    shell.run("backup")
    (shell.path.parent / "backups/import-20260101T000000Z").mkdir()
    found = shell.json("forget", str(ANNA), "--yes")
    assert found["rows"] == {
        "reaction": 1,
        "reminder_recipient": 0,
        "user": 1,
        "member": 0,
        "event_opt_out": 0,
        "held_reminder": 0,
        "gathered_message": 0,
        "escalation": 0,
        "event": 0,
        "guild": 0,
        "audit_log": 0,
        "unresolved_event": 0,
    }
    assert found["archives"] == {"data/backups/reminder_bot-archive-2026-03.db": 1}
    backup = str(shell.backups[0].relative_to(shell.folder))
    assert found["may_hold_rows"] == [backup, "data/backups/import-20260101T000000Z"]
    for path in (shell.path, *shell.path.parent.glob("backups/*archive*")):
        assert b"Anna" not in path.read_bytes()
    with shell.opened():
        assert [user.user_id for user in User.select()] == [BEN]
        assert not apply_signal(met(add(ANNA, YES), "Anna"), NOW)
    assert "These files may still hold rows of theirs." in shell.run("forget", str(BEN), "--yes").output


def test_forgotten_person_stays_forgotten_through_restore_export_and_import(shell: Shell) -> None:
    shell.run("backup")
    shell.run("forget", str(ANNA), "--yes")
    assert "Removed 3 rows of people who asked" in shell.run("restore", str(shell.backups[0]), "--yes").output
    shell.run("export", "--to", "rows.json")
    assert '"Anna"' not in Path("rows.json").read_text()
    shell.run("import", "rows.json", "--database", "copy.db", "--yes")
    for path in (shell.path, Path("copy.db")):
        with opened(path):
            assert forgotten.is_forgotten(ANNA)
            assert reactions.answered_user_ids(GUILD, EVENT) == {BEN}


def test_lift_takes_them_in_again(shell: Shell) -> None:
    shell.run("forget", str(ANNA), "--yes")
    assert shell.json("forget", str(ANNA), "--lift", "--yes") == {"user_id": str(ANNA), "lifted": True}
    assert "is not forgotten" in shell.run("forget", str(ANNA), "--lift", "--yes").output
    with shell.opened():
        assert apply_signal(met(add(ANNA, YES), "Anna"), NOW)


@pytest.mark.parametrize("word", ["0", "anna", str(2**63)])
def test_what_is_no_user_id_is_refused(shell: Shell, word: str) -> None:
    shell.run("forget", word, "--yes", code=2)
