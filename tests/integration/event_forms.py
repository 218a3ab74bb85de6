"""What tests of `/event` do again and again: fill in its form, press its buttons, read what came of it."""

from typing import Any

from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import PATIENCE_SECONDS, Home

FILLED = {
    "event:title": "Raid night",
    "event:text": "Bring **potions**. @everyone",
    "event:start": "in 3 days",
    "event:every": "12h",
    "event:until": "in 2 days",
}


async def press(home: Home, reply: InteractionReply, button: str) -> InteractionReply:
    """Press a button of an answer."""
    assert button in str(reply.components), reply.text
    return await home.sandbox.director.click(home.organiser_id, reply, button, timeout=PATIENCE_SECONDS)


async def fill_in(home: Home, form: InteractionReply, **changes: str) -> InteractionReply:
    """Fill in the form that an answer is, as `FILLED` but for some fields."""
    assert form.modal is not None, form.text
    texts = {**FILLED, **{f"event:{name}": text for name, text in changes.items()}}
    return await home.sandbox.director.submit_modal(home.organiser_id, form, texts, timeout=PATIENCE_SECONDS)


async def written(home: Home, **changes: str) -> InteractionReply:
    """Open the form of a new event and fill it in; return the draft."""
    form = await home.sandbox.director.command(home.organiser_id, home.channel_id, "event create", {})
    return await fill_in(home, form, **changes)


async def posted(home: Home, **changes: str) -> int:
    """Have the bot post an event; return its id."""
    draft = await written(home, **changes)
    done = await press(home, draft, "draft:finish")
    assert "Posted in" in done.text, done.text
    return int(rows(home, "SELECT max(message_id) FROM event WHERE guild_id = ?")[0][0])


def rows(home: Home, sql: str) -> list[Any]:
    """Read the store about this guild."""
    return home.stage.scene.rows(sql, home.guild_id)


def event_row(home: Home, message_id: int) -> dict[str, Any]:
    """Return what is stored of an event."""
    names = "title, description, starts_at, answer_until, interval_minutes, state, state_reason, options, created_by"
    (row,) = home.stage.scene.rows(f"SELECT {names} FROM event WHERE message_id = ?", message_id)
    return dict(zip(names.split(", "), row, strict=True))


def shown(home: Home, message_id: int) -> Any:
    """Return a message as Discord has it."""
    return home.sandbox.world.message(message_id)


def values(form: InteractionReply) -> dict[str, str]:
    """Return what a form is filled with, by its fields."""
    assert form.modal is not None
    inputs = [part["component"] for part in form.modal["components"]]
    return {field["custom_id"]: field.get("value", "") for field in inputs}
