"""What a message of the bot's was for, in a word or two."""

from models.records import ReminderKind
from utils.formatting import plural
from utils.i18n import _


def sent_words(kind: ReminderKind, people: int) -> str:
    """Return what a message did: ``reminded 3 people``, ``before the start: reminded 3 people``, ``tally posted``."""
    if kind is ReminderKind.TALLY:
        return _("tally posted")
    if kind is ReminderKind.MOVED:
        return _("told {people} of the new start").format(people=plural(people, "person", "people"))
    if kind is ReminderKind.CANCELLED:
        return _("told {people} that it was cancelled").format(people=plural(people, "person", "people"))
    reminded = _("reminded {people}").format(people=plural(people, "person", "people"))
    word = kind_word(kind)
    return reminded if word is None else f"{word}: {reminded}"


def kind_word(kind: ReminderKind) -> str | None:
    """Return what a message was for; None for the usual one, to those who have not answered."""
    words = {
        ReminderKind.BEFORE: _("before the start"),
        ReminderKind.DECIDE: _("please decide"),
        ReminderKind.MOVED: _("another start"),
        ReminderKind.CANCELLED: _("cancelled"),
        ReminderKind.TALLY: _("tally"),
    }
    return words.get(kind)
