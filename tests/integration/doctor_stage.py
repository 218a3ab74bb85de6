"""The card of `/doctor` as a test reads and presses it, and what breaks a guild's reminders."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from reminder_bot.sandbox.entities import Emoji, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import Home

RAID = Emoji(4_200_000_000_000_000, "raid")
WELL = "All is well."


@dataclass
class Card:
    """The answer of `/doctor`, and who has it."""

    home: Home
    reply: InteractionReply
    person: int

    @property
    def text(self) -> str:
        """What it says."""
        return self.reply.text

    @property
    def buttons(self) -> list[str]:
        """What its buttons say, those that cannot be pressed aside."""
        return [
            button["label"] for row in self.reply.components for button in row["components"]
            if not button.get("disabled")
        ]  # fmt: skip

    async def press(self, label: str) -> "Card":
        """Press a button; the same message is shown anew."""
        reply = await self.home.sandbox.director.click(self.person, self.reply, label)
        await self.home.until(lambda: reply.interaction.is_settled, "the answer to the press")
        return Card(self.home, reply.refresh(), self.person)


async def examined(home: Home, by: int | None = None) -> Card:
    """Have the guild looked over."""
    person = by or home.organiser_id
    return Card(home, await home.run("doctor", by=person), person)


async def deny(home: Home, permission: Permission, channel_id: int | None = None) -> None:
    """Take permissions from the bot in a channel."""
    place = channel_id or home.channel_id
    await home.sandbox.director.edit_overwrite(place, home.bot_id, deny=int(permission), kind=OverwriteKind.MEMBER)


def options(home: Home, event_id: int) -> dict[str, Any]:
    """Return what is stored of an event's options."""
    (row,) = home.stage.scene.rows("SELECT options FROM event WHERE message_id = ?", event_id)
    read: dict[str, Any] = json.loads(row[0])
    return read


def settings(home: Home) -> dict[str, Any]:
    """Return what is stored of the guild's choices."""
    (row,) = home.stage.scene.rows("SELECT settings FROM guild WHERE guild_id = ?", home.guild_id)
    read: dict[str, Any] = json.loads(row[0])
    return read


def write(home: Home, sql: str, *values: object) -> None:
    """Change the database behind the bot's back."""
    with closing(sqlite3.connect(home.stage.scene.database)) as connection, connection:
        connection.execute(sql, values)


async def elsewhere(home: Home, channel_id: int) -> None:
    """Have the guild's new events remind in another channel."""
    page = await home.run("settings show", by=home.owner_id)
    page = await home.sandbox.director.select(home.owner_id, page, "settings:pick", ["place"])
    await home.sandbox.director.select(home.owner_id, page, "settings:channel", [str(channel_id)])
    assert settings(home)["place_channel_id"] == str(channel_id)


async def answers(home: Home, text: str) -> None:
    """Choose the answers of the guild's new events."""
    director = home.sandbox.director
    page = await home.run("settings show", by=home.owner_id)
    page = await director.select(home.owner_id, page, "settings:pick", ["answers"])
    form = await director.click(home.owner_id, page, "settings:form")
    await director.submit_modal(home.owner_id, form, {"settings:text": text})
    assert "answers" in settings(home)
