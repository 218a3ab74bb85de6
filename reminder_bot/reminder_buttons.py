"""The buttons under a reminder: what they are called, and which events one that is pressed is about.

They carry no state: what a press does is looked up by the id on the button when it comes, whatever has been restarted.
"""

import re
from dataclasses import dataclass

import discord

from models.held_records import Gathered, HeldKind
from utils.i18n import _

BUTTON_ID = re.compile(r"(?P<act>snooze|not):(?P<is_gathered>g?)(?P<number>[0-9]{1,20})")
"""``snooze:`` or ``not:``, and an event's id, or ``g`` and the number of a gathered message."""


@dataclass(frozen=True, slots=True)
class PressedButton:
    """What a button's id says: ``event_id`` or ``gathered_id`` is None."""

    is_snooze: bool
    event_id: int | None
    gathered_id: int | None


def read_button(custom_id: str) -> PressedButton | None:
    """Read the id of a button; None when it is none of these."""
    found = BUTTON_ID.fullmatch(custom_id)
    if found is None:
        return None
    number, is_gathered = int(found["number"]), bool(found["is_gathered"])
    return PressedButton(found["act"] == "snooze", None if is_gathered else number, number if is_gathered else None)


def event_buttons(event_id: int) -> discord.ui.View:
    """Return the buttons under a reminder of one event, in the language that is spoken."""
    return _buttons(str(event_id))


def gathered_buttons(message: Gathered) -> discord.ui.View | None:
    """Return the buttons under a gathered message; None when it asks nobody for an answer."""
    asks = any(item.kind is HeldKind.SILENT for item in message.items)
    return _buttons(f"g{message.gathered_id}") if asks else None


def _buttons(about: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    grey = discord.ButtonStyle.secondary
    view.add_item(discord.ui.Button(label=_("Snooze"), emoji="💤", style=grey, custom_id=f"snooze:{about}"))
    view.add_item(discord.ui.Button(label=_("Not this event"), emoji="🔕", style=grey, custom_id=f"not:{about}"))
    # discord.py keeps every view that is sent and not stopped, for ever where it has no timeout: the bot lives for
    # years, and what is pressed is found by the id alone.
    view.stop()
    return view
