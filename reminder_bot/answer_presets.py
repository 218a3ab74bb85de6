"""Lists of answers that many events use, ready to be chosen by name."""

from enum import StrEnum

from models.event_options import Meaning, OfferedAnswer
from utils.i18n import _, pgettext


class AnswerPreset(StrEnum):
    """A list of answers by its name; the value is what is stored and sent, never shown."""

    USUAL = "usual"
    YES_NO = "yes_no"
    ATTENDANCE = "attendance"
    RAID = "raid"


def preset_name(preset: AnswerPreset) -> str:
    """Return what a list is called, in the language in force."""
    names = {
        AnswerPreset.USUAL: _("yes, no, maybe"),
        AnswerPreset.YES_NO: _("yes, no"),
        AnswerPreset.ATTENDANCE: _("attendance, late too"),
        AnswerPreset.RAID: _("raid roles: tank, healer, damage"),
    }
    return names[preset]


def preset_answers(preset: AnswerPreset) -> tuple[OfferedAnswer, ...]:
    """Return a list's answers in their order, called by names of the language in force: it should be the server's."""
    yes = OfferedAnswer("✅", Meaning.YES, pgettext("answer", "Coming"))
    no = OfferedAnswer("❌", Meaning.NO, pgettext("answer", "Not coming"))
    maybe = OfferedAnswer("❓", Meaning.MAYBE, pgettext("answer", "Maybe"))
    match preset:
        case AnswerPreset.USUAL:
            return yes, no, maybe
        case AnswerPreset.YES_NO:
            return yes, no
        case AnswerPreset.ATTENDANCE:
            return yes, OfferedAnswer("🕒", Meaning.YES, pgettext("answer", "Coming late")), maybe, no
        case AnswerPreset.RAID:
            return (
                OfferedAnswer("🛡️", Meaning.YES, pgettext("answer", "Tank")),
                OfferedAnswer("💚", Meaning.YES, pgettext("answer", "Healer")),
                OfferedAnswer("⚔️", Meaning.YES, pgettext("answer", "Damage")),
                no,
            )
