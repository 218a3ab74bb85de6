"""The buttons under a reminder: what they are called, and what their ids say.

They carry no state: what a press does is looked up by the id on the button when it comes, whatever has been restarted
(`interactions.press_items` does it).
"""

import re
from dataclasses import dataclass
from typing import Self

import discord

from models.held_records import Gathered, HeldKind
from utils.i18n import _

MARK_LENGTH = 8

TEMPLATE = re.compile(
    r"(?P<act>snooze|not):(?P<gathered>g?)(?P<target>[0-9]{1,19})(?:\.(?P<mark>[0-9a-f]{1,24}))?(?::(?P<step>[a-z]+))?"
)


@dataclass(frozen=True, slots=True)
class Press:
    """What somebody pressed under a reminder: ``snooze`` or ``not``, for an event or a gathered message.

    ``step`` is None under the reminder itself, and what was chosen under the answer to that. ``mark`` tells a gathered
    message from others that had its number.
    """

    act: str
    target: int
    is_gathered: bool
    step: str | None = None
    mark: str | None = None

    @property
    def custom_id(self) -> str:
        """The id that says all this."""
        kind, mark = "g" if self.is_gathered else "", f".{self.mark}" if self.mark else ""
        return f"{self.act}:{kind}{self.target}{mark}" + (f":{self.step}" if self.step else "")

    @classmethod
    def of(cls, match: re.Match[str]) -> Self:
        """Read an id that the template knows."""
        return cls(match["act"], int(match["target"]), bool(match["gathered"]), match["step"], match["mark"])


def gathered_mark(nonce: str) -> str:
    """Return what tells a gathered message from others that had its number, by its nonce.

    SQLite gives the number of a removed row again, and so does a backup that is restored; messages stand for years.
    """
    return nonce[:MARK_LENGTH]


def event_buttons(event_id: int) -> discord.ui.View:
    """Return the buttons under a reminder of one event, in the language that is spoken."""
    return _buttons(Press("snooze", event_id, is_gathered=False), Press("not", event_id, is_gathered=False))


def gathered_buttons(message: Gathered) -> discord.ui.View | None:
    """Return the buttons under a gathered message; None when it asks nobody for an answer."""
    if not any(item.kind is HeldKind.SILENT for item in message.items):
        return None
    about, mark = message.gathered_id, gathered_mark(message.nonce)
    return _buttons(
        Press("snooze", about, is_gathered=True, mark=mark), Press("not", about, is_gathered=True, mark=mark)
    )


def _buttons(snooze: Press, decline: Press) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    grey = discord.ButtonStyle.secondary
    view.add_item(discord.ui.Button(label=_("Snooze"), emoji="💤", style=grey, custom_id=snooze.custom_id))
    view.add_item(discord.ui.Button(label=_("Not this event"), emoji="🔕", style=grey, custom_id=decline.custom_id))
    # discord.py keeps every view that is sent and not stopped, for ever where it has no timeout: the bot lives for
    # years, and what is pressed is found by the id alone.
    view.stop()
    return view
