"""Which backups there are, and which of them are kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from persistence.backup_files import Retention, backup_path, kept, list_backups, remove_outdated

NOW = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
USUAL = Retention(daily=7, weekly=4, monthly=6)
moments = st.lists(st.integers(0, 3 * 365 * 24).map(lambda hours: NOW - timedelta(hours=hours)), max_size=60)
retentions = st.builds(Retention, st.integers(0, 9), st.integers(0, 6), st.integers(0, 8))


def test_nightly_backups_of_a_year_leave_seven_days_four_weeks_six_months() -> None:
    nights = [NOW - timedelta(days=back) for back in range(365)]
    keep = kept(nights, USUAL, UTC)
    expected = {NOW - timedelta(days=back) for back in range(7)}
    # The Sundays before, and the last days of the months before.
    expected |= {datetime(2026, 3, 1, 20, tzinfo=UTC), datetime(2026, 2, 22, 20, tzinfo=UTC)}
    expected |= {datetime(2026, 2, 15, 20, tzinfo=UTC)}
    expected |= {
        datetime(year, month, day, 20, tzinfo=UTC)
        for year, month, day in ((2026, 2, 28), (2026, 1, 31), (2025, 12, 31), (2025, 11, 30), (2025, 10, 31))
    }
    assert keep == expected


@given(moments, retentions)
def test_last_day_is_always_kept_and_no_more_than_was_asked_for_of_the_rest(
    taken: list[datetime], retention: Retention
) -> None:
    keep = kept(taken, retention, UTC)
    assert keep <= set(taken)
    last_day = {moment for moment in taken if moment > max(taken) - timedelta(days=1)}
    assert last_day <= keep
    assert len(keep - last_day) <= retention.daily + retention.weekly + retention.monthly


@given(moments, retentions)
def test_every_period_asked_for_has_its_newest(taken: list[datetime], retention: Retention) -> None:
    keep = kept(taken, retention, UTC)
    for count, period in (
        (retention.daily, lambda moment: moment.date()),
        (retention.weekly, lambda moment: moment.isocalendar()[:2]),
        (retention.monthly, lambda moment: (moment.year, moment.month)),
    ):
        newest = {period(moment): moment for moment in sorted(taken)}
        for wanted in sorted(newest, reverse=True)[:count]:
            assert newest[wanted] in keep


@given(st.integers(1, 90), retentions)
def test_removing_every_night_keeps_the_same_as_removing_once(nights: int, retention: Retention) -> None:
    taken = [NOW + timedelta(days=night) for night in range(nights)]
    there: set[datetime] = set()
    for moment in taken:
        there = set(kept(there | {moment}, retention, UTC))
    assert there == kept(taken, retention, UTC)


def test_day_is_the_zones_own() -> None:
    # 23:30 and 00:30 in Berlin are two days there, and one in UTC.
    pair = [datetime(2026, 3, 4, 22, 30, tzinfo=UTC), datetime(2026, 3, 4, 23, 30, tzinfo=UTC)]
    later, retention = NOW + timedelta(days=5), Retention(daily=5, weekly=0, monthly=0)
    assert len(kept([*pair, later], retention, UTC)) == 2
    assert len(kept([*pair, later], retention, ZoneInfo("Europe/Berlin"))) == 3


def test_backup_made_by_hand_hours_before_the_night_is_kept_over_it() -> None:
    by_hand, night = NOW, NOW + timedelta(hours=8)
    assert by_hand in kept([by_hand, night], Retention(1, 0, 0), UTC)
    assert by_hand not in kept([by_hand, night, night + timedelta(days=1)], Retention(1, 0, 0), UTC)


def test_only_backups_of_this_database_are_listed_and_removed(tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    mine = [backup_path(tmp_path, database, NOW - timedelta(days=back)) for back in range(9)]
    others = [
        backup_path(tmp_path, tmp_path / "bot-2.db", NOW - timedelta(days=50)),
        tmp_path / "bot-20269999T000000Z.db",
        tmp_path / "bot-20260304T200000Z.db.part",
        tmp_path / "bot-archive-2026-01.db",
        tmp_path / "notes.txt",
    ]
    for path in (*mine, *others):
        path.write_bytes(b"x")
    (tmp_path / "bot-20200101T000000Z.db").mkdir()
    assert [backup.path for backup in list_backups(tmp_path, database)] == mine
    assert mine[0].name == "bot-20260304T200000Z.db"
    removed = remove_outdated(tmp_path, database, Retention(2, 0, 0), UTC)
    assert [backup.path for backup in removed] == mine[2:]
    assert [path.exists() for path in (*mine, *others)] == [True] * 2 + [False] * 7 + [True] * 5


def test_folder_that_is_not_there_holds_no_backups(tmp_path: Path) -> None:
    assert list_backups(tmp_path / "none", tmp_path / "bot.db") == []
