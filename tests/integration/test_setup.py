"""The set-up of a server through a real bot process: its offer, its steps, and what they change."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.replies import InteractionReply
from reminder_bot.sandbox.uploads import Upload
from tests.integration.command_stage import Home, Stage, everything, open_stage, soon

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("setup")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


def stored(home: Home) -> dict[str, Any]:
    """Return what is stored of the guild's choices."""
    rows = home.stage.scene.rows("SELECT settings FROM guild WHERE guild_id = ?", home.guild_id)
    read: dict[str, Any] = json.loads(rows[0][0])
    return read


async def offered(home: Home, reply: InteractionReply) -> int:
    """Wait for the offer beside an answer, and return its message's id."""
    await home.until(lambda: bool(reply.follow_ups()), "the offer")
    (offer,) = reply.follow_ups()
    assert offer.ephemeral
    assert "Set up this server?" in offer.text
    assert offer.message_id is not None
    return offer.message_id


async def press(home: Home, reply: InteractionReply | int, button: str, by: int | None = None) -> InteractionReply:
    """Press a button."""
    return await home.sandbox.director.click(by or home.owner_id, reply, f"settings:{button}")


async def choose(
    home: Home, reply: InteractionReply, select: str, *values: object, by: int | None = None
) -> InteractionReply:
    """Choose from a select."""
    return await home.sandbox.director.select(
        by or home.owner_id, reply, f"settings:{select}", [str(v) for v in values]
    )


def labels(reply: InteractionReply) -> list[str]:
    """Return what the buttons say."""
    return [button.label for button in reply.buttons]


async def fill_in(home: Home, reply: InteractionReply, text: str) -> InteractionReply:
    """Open the step's form and send it with a text."""
    form = await press(home, reply, "form")
    assert form.modal is not None
    return await home.sandbox.director.submit_modal(home.owner_id, form, {"settings:text": text})


async def test_first_command_of_an_organiser_offers_the_steps_once_beside_its_answer(home: Home) -> None:
    await home.run("list", by=home.member_ids[0])
    await home.run("health", by=home.member_ids[0])
    reply = await home.run("watch", message=home.link(await home.post()), interval="1h")
    assert "Watching." in reply.text
    await offered(home, reply)
    again = await home.run("settings show")
    await soon()
    assert again.follow_ups() == []


async def test_offer_that_is_declined_says_how_to_get_back_and_leaves_the_answer_alone(home: Home) -> None:
    reply = await home.run("health", by=home.owner_id)
    offer = await offered(home, reply)
    declined = await press(home, offer, "setup_skip")
    assert "`/settings setup` brings it back" in declined.text
    assert "Connected" in reply.text
    assert stored(home) == {}
    back = await home.run("settings setup", by=home.owner_id)
    assert "Step 1 of 3." in back.text


async def test_steps_change_settings_at_once_and_end_with_what_was_chosen(home: Home) -> None:
    log = await home.new_channel("bot-log")
    role = await home.sandbox.director.create_role(home.guild_id, "Planners")
    page = await press(home, await offered(home, await home.run("health", by=home.owner_id)), "setup_begin")
    assert "Skip" in labels(page)
    page = await choose(home, page, "language", "fr")
    assert stored(home) == {"language": "fr"}
    assert "Next" in labels(page)
    page = await fill_in(home, page, "Bruxelles")
    assert "Europe/Brussels" in page.text
    page = await press(home, page, "setup_next")
    assert "Step 2 of 3." in page.text
    page = await fill_in(home, page, "22h-7h")
    page = await press(home, page, "switch")
    page = await press(home, await press(home, await press(home, page, "setup_next"), "setup_back"), "setup_next")
    assert "Step 3 of 3." in page.text
    page = await choose(home, page, "channel", log)
    page = await choose(home, page, "organisers", role)
    page = await press(home, page, "setup_next")
    assert stored(home) == {
        "language": "fr", "zone": "Europe/Brussels", "quiet_hours": "22:00-07:00", "is_silent": True,
        "log_channel_id": str(log), "organiser_roles": [str(role)],
    }  # fmt: skip
    for told in ("Français", "Europe/Brussels", "22:00–07:00", "on", f"<#{log}>", f"<@&{role}>", "`/settings show`"):
        assert told in page.text


async def test_what_cannot_be_used_is_refused_and_the_step_goes_on(home: Home) -> None:
    closed = await home.new_channel("closed")
    await home.close_channel(closed, home.bot_id)
    page = await home.run("settings setup", by=home.owner_id)
    refused = await fill_in(home, page, "Atlantis")
    assert "No time zone goes by that." in everything(refused)
    page = await press(home, await press(home, page, "setup_next"), "setup_next")
    refused = await choose(home, page, "channel", closed)
    assert "give me View Channel" in everything(refused)
    assert stored(home) == {}


async def test_organiser_without_manage_server_is_not_asked_who_organises(home: Home) -> None:
    page = await home.run("settings setup")
    for _step in range(2):
        page = await press(home, page, "setup_next", by=home.organiser_id)
    assert "Only members with Manage Server may choose who organises." in str(page.embeds)
    assert "settings:organisers" not in str(page.components)
    done = await press(home, page, "setup_next", by=home.organiser_id)
    assert "Your set-up" in done.text


async def test_server_that_has_chosen_something_is_offered_nothing(home: Home) -> None:
    document = {"kind": "reminder-bot settings", "version": 1, "settings": {"wants_tally": True}}
    first = await home.run("settings import", file=Upload("settings.json", json.dumps(document).encode()))
    second = await home.run("health")
    await soon()
    assert first.follow_ups() == second.follow_ups() == []


async def test_set_up_of_one_organiser_is_not_anothers(home: Home) -> None:
    page = await home.run("settings setup", by=home.owner_id)
    reply = await press(home, page, "setup_next", by=home.organiser_id)
    assert "This answer belongs to somebody else." in reply.text


async def test_form_of_a_new_event_is_not_disturbed_by_the_offer(home: Home) -> None:
    form = await home.sandbox.director.command(home.owner_id, home.channel_id, "event create", {})
    assert form.modal is not None
    await soon()
    values = {"event:title": "Raid", "event:start": "in 3 days", "event:every": "12h"}
    draft = await home.sandbox.director.submit_modal(home.owner_id, form, values)
    assert "Raid" in draft.text
