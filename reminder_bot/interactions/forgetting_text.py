"""What is told of forgetting somebody: what it will do, and a receipt of what was removed."""

from collections.abc import Mapping

import discord

from reminder_bot.personal_data import Receipt
from utils.embeds import card
from utils.formatting import number
from utils.i18n import _


def forget_question() -> str:
    """Return what is asked before somebody is forgotten."""
    return _(
        "Forget you? All that I keep of you goes now, on every server: answers, choices, your name, and in which "
        "reminders you were. What is gone cannot be brought back. You are not asked any more, and I take no notice of "
        "your reactions, until you use `/my remember`."
    )


def receipt_card(receipt: Receipt) -> discord.Embed:
    """Return what was removed, in words: every kind of which there was anything."""
    kinds = _kinds()
    counts = [(kinds.get(table, table), count) for table, count in receipt.rows.items()]
    counts.append((_("rows in the archives"), receipt.archived))
    removed = [_("{what}: {value}").format(what=what, value=f"**{number(count)}**") for what, count in counts if count]
    told = [
        _("You are forgotten. What was removed or cleared of your name:")
        if removed
        else _("You are forgotten. Nothing was left to remove."),
        *removed,
        _(
            "Backups made before hold some of it until they are replaced; when one is restored, you are removed again "
            "before I use it. What stays is a code that lets me recognise you and from which your id cannot be read."
        ),
        _("`/my remember` has you asked and counted again; what was removed stays removed."),
    ]
    return card(_("Forgotten"), "\n".join(told))


def _kinds() -> Mapping[str, str]:
    return {
        "reaction": _("answers"),
        "reminder_recipient": _("reminders that you were in"),
        "held_reminder": _("reminders for you alone"),
        "gathered_message": _("messages to you"),
        "user": _("your name, by server"),
        "member": _("your choices, by server"),
        "event_opt_out": _("events that you declined"),
        "escalation": _("organisers told of your silence"),
        "event": _("events that you made or that name you"),
        "guild": _("servers whose settings name you"),
        "audit_log": _("changes that you made or that name you"),
        "unresolved_event": _("imported events that name you"),
    }
