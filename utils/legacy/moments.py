"""Times as the old bot wrote them: ISO 8601 without a zone, in the local time of the machine it ran on."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import tzlocal

from utils.errors import UserError
from utils.legacy.records import Report
from utils.time import to_text

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def host_zone() -> ZoneInfo:
    """Return the time zone of this machine.

    Raises:
        UserError: it cannot be told, so it must be named.
    """
    try:
        zone = tzlocal.get_localzone()
    except (KeyError, OSError, ValueError) as error:
        raise UserError("The time zone of this machine cannot be told: name it with --timezone.") from error
    # tzlocal names a file of rules that it cannot tell the name of "local".
    return ZoneInfo("UTC") if zone.key in ("Etc/UTC", "UCT", "Zulu") else zone


class MomentReader:
    """Reads times; those without an offset in one zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def read(self, value: object, field: str, report: Report) -> str | None:
        """Return the moment as it is stored, in UTC; None, and a report, when the value is no time.

        A local time that the clocks skipped, or showed twice, is read as the zone's rules before the change have it,
        and reported.
        """
        text = value.strip() if isinstance(value, str) else ""
        if not _ISO.fullmatch(text):
            report(field, f"{_shown(value)} is no time; left out")
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                return self._localised(moment, field, report)
            return to_text(moment.astimezone(UTC))
        except (ValueError, OverflowError):
            report(field, f"{_shown(value)} is no time; left out")
            return None

    def _localised(self, naive: datetime, field: str, report: Report) -> str:
        # The zone is asked itself: to make a local time of each, only to ask that, took a third of reading it.
        before, after = self._zone.utcoffset(naive), self._zone.utcoffset(naive.replace(fold=1))
        assert before is not None and after is not None, "a zone by name has an offset at every moment"
        if before != after:
            kind = "does not exist" if before < after else "exists twice"
            local = naive.replace(tzinfo=self._zone)
            report(field, f"{naive.isoformat()} {kind} in {self._zone.key}; read as {local.isoformat()}")
        return to_text((naive - before).replace(tzinfo=UTC))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
