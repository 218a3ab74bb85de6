"""The buttons under a reminder: what they are called, and what their ids say.

They carry no state: what a press does is looked up by the id on the button when it comes, whatever has been restarted
(`interactions.press_items` reads it).
"""

import discord

from models.held_records import Gathered, HeldKind
from utils.i18n import _

MARK_LENGTH = 8


def gathered_mark(nonce: str) -> str:
    """Return what tells a gathered message from others that had its number, by its nonce.

    SQLite gives the number of a removed row again, and so does a backup that is restored; messages stand for years.
    """
    return nonce[:MARK_LENGTH]


def event_buttons(event_id: int) -> discord.ui.View:
    """Return the buttons under a reminder of one event, in the language that is spoken."""
    return _buttons(str(event_id))


def gathered_buttons(message: Gathered) -> discord.ui.View | None:
    """Return the buttons under a gathered message; None when it asks nobody for an answer."""
    asks = any(item.kind is HeldKind.SILENT for item in message.items)
    return _buttons(f"g{message.gathered_id}.{gathered_mark(message.nonce)}") if asks else None


def _buttons(about: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    grey = discord.ButtonStyle.secondary
    view.add_item(discord.ui.Button(label=_("Snooze"), emoji="💤", style=grey, custom_id=f"snooze:{about}"))
    view.add_item(discord.ui.Button(label=_("Not this event"), emoji="🔕", style=grey, custom_id=f"not:{about}"))
    # discord.py keeps every view that is sent and not stopped, for ever where it has no timeout: the bot lives for
    # years, and what is pressed is found by the id alone.
    view.stop()
    return view
