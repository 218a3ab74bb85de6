"""Legacy files as the old bot left them: the samples of every variant, and short ways to write others."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from utils.data_migration import DataMigration
from utils.migration.options import ImportOptions
from utils.migration.report import Outcome
from utils.time import Clock

GUILD, CHANNEL, OTHER_CHANNEL = 1221886632236548157, 1222580547239411833, 1222580547239411834
EVENT, SECOND, THIRD = 1408837454081036388, 1408837454081036399, 1409200000000000001
BEN, CHLOE, TARIQ = 616380306186043403, 771572448264847370, 799186474489610250
EMOJI = ["✅", "❌", "❓"]
OPTIONS = ImportOptions(ZoneInfo("UTC"), None, 1440.0, 5.0, 28 * 1440.0, ("✅", "❌", "❓"))


def raw(message_id: Any = EVENT, **changes: Any) -> dict[str, Any]:
    """Return an entry of V2; a field changed to ``...`` is left out."""
    entry = {
        "message_id": message_id,
        "channel_id": CHANNEL,
        "guild_id": GUILD,
        "title": "SESSION CE SOIR 23H30",
        "interval_minutes": 60,
        "required_reactions": EMOJI,
        "last_reminder": "2025-08-24T20:17:48.950795",
        "users_who_reacted": [CHLOE],
        "all_users": [TARIQ, CHLOE, BEN],
        "is_paused": False,
        "created_at": "2025-08-23T18:28:53.879452",
        **changes,
    }
    return {name: value for name, value in entry.items() if value is not ...}


def write(path: Path, *entries: dict[str, Any], **keyed: Any) -> Path:
    """Write a file of V0 to V2; ``keyed`` are entries under keys of their own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {str(entry["message_id"]): entry for entry in entries} | keyed
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def write_samples(folder: Path) -> list[Path]:
    """Write one file of each variant, as FORMAT describes them; V0 escapes its emoji, V3 has its wrapper."""
    folder.mkdir(parents=True, exist_ok=True)
    new = ("interval_minutes", "is_paused", "created_at")
    old = raw(last_reminder="2025-08-23T04:20:31.157090", **dict.fromkeys(new, ...))
    sparse = {"title": "Match amical dimanche", "last_reminder": "2025-08-23T05:00:00", "users_who_reacted": []}
    v0 = [old, raw(SECOND, guild_id=..., **sparse, **dict.fromkeys(new, ...))]
    upgraded = {"guild_id": 0, "interval_minutes": 1440, "created_at": "2025-08-23T05:00:00"}
    v1 = [raw(last_reminder="2025-08-23T18:32:56.457206"), raw(SECOND, **sparse, **upgraded)]
    v2 = [
        raw(interval_minutes=0.5, users_who_reacted=[CHLOE, TARIQ], is_paused=True),
        raw(
            THIRD, channel_id=OTHER_CHANNEL, required_reactions=["👍", "👎"], interval_minutes=120, users_who_reacted=[]
        ),
    ]
    paths = [folder / f"v{number}_{name}.json" for number, name in enumerate(("matches", "matches", "reminders"))]
    paths[0].write_text(json.dumps({str(entry["message_id"]): entry for entry in v0}, indent=2))
    write(paths[1], *v1)
    write(paths[2], *v2)
    wrapped = folder / "v3_watched_reminders.json"
    events = {str(entry["message_id"]): entry for entry in v2}
    wrapped.write_text(json.dumps({"events": events, "metadata": {}}, ensure_ascii=False), encoding="utf-8")
    return [*paths, wrapped]


class Silent:
    """A progress that shows nothing."""

    def begin(self, step: str, total: int, unit: str) -> None: ...

    def advance(self, count: int) -> None: ...

    def end(self) -> None: ...


class Imported:
    """What an import came to: its outcome, with everything it reported."""

    def __init__(self, outcome: Outcome, migration: DataMigration) -> None:
        self.outcome = outcome
        self.warnings = [(each.key, each.field, each.message) for each in migration.stage.findings(rejections=False)]
        self.rejected = [(each.key, each.message) for each in migration.stage.findings(rejections=True)]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many events were imported, updated and left unchanged."""
        totals = self.outcome.totals
        return totals.imported, totals.updated, totals.unchanged


def run_import(database: Path, clock: Clock, *paths: Path, options: ImportOptions = OPTIONS) -> Imported:
    """Import, without asking."""
    with DataMigration(database, options, clock=clock, progress=Silent()) as migration:
        return Imported(migration.migrate(paths, confirm=lambda _totals: True), migration)
