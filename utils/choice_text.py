"""What people chose, counted in words: who is not asked about an event, and who is not pinged now."""

from collections.abc import Mapping

from models.person_facts import NotAsked, Pause
from utils.formatting import plural
from utils.i18n import _


def choice_lines(excused: Mapping[NotAsked, int], paused: Mapping[Pause, int]) -> list[str]:
    """Return a line for each reason that somebody has; those not asked are not missing, those not pinged are."""
    lines = [
        _("Not asked, not missing: {people}").format(people=_excused(why, count)) for why, count in excused.items()
    ]
    return lines + [_("Missing, not pinged now: {people}").format(people=_paused(why, n)) for why, n in paused.items()]


def _excused(why: NotAsked, count: int) -> str:
    if why is NotAsked.OPTED_OUT:
        return plural(count, "person who wants no such reminders", "people who want no such reminders")
    if why is NotAsked.NOT_THIS:
        return plural(count, "person who wants none about this event", "people who want none about this event")
    return plural(count, "person who is away then, counted as no", "people who are away then, counted as no")


def _paused(why: Pause, count: int) -> str:
    if why is Pause.AWAY:
        return plural(count, "person who is away", "people who are away")
    if why is Pause.SNOOZED:
        return plural(count, "person who asked to be reminded later", "people who asked to be reminded later")
    if why is Pause.QUIET:
        return plural(count, "person until the end of quiet hours", "people until the end of quiet hours")
    if why is Pause.DIRECT:
        return plural(count, "person who gets a direct message", "people who get a direct message")
    return plural(count, "person after too many reminders in vain", "people after too many reminders in vain")
