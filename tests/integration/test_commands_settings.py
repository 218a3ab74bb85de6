"""`/settings` through a real bot process: each setting shown, changed once, reset; who may; what it does to posts."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import Emoji, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import Home, Stage, everything, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLE = "Raid Lead"
RAID = Emoji(4_200_000_000_000_000, "raid")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("settings"), ADMIN_ROLES=ROLE) as stage:
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


async def opened(home: Home, name: str, by: int | None = None) -> InteractionReply:
    """Open one setting of the message."""
    caller = by or home.owner_id
    reply = await home.run("settings show", by=caller)
    return await choose(home, reply, "pick", name, by=caller)


async def choose(
    home: Home, reply: InteractionReply, select: str, *values: object, by: int | None = None
) -> InteractionReply:
    """Choose from one of the selects."""
    texts = [str(value) for value in values]
    return await home.sandbox.director.select(by or home.owner_id, reply, f"settings:{select}", texts)


async def press(home: Home, reply: InteractionReply, button: str) -> InteractionReply:
    """Press one of the buttons."""
    return await home.sandbox.director.click(home.owner_id, reply, f"settings:{button}")


async def fill_in(home: Home, name: str, text: str) -> InteractionReply:
    """Open a setting's form and send it with a text."""
    form = await press(home, await opened(home, name), "form")
    assert form.modal is not None
    return await home.sandbox.director.submit_modal(home.owner_id, form, {"settings:text": text})


async def test_all_settings_are_shown_with_their_values_and_what_they_are(home: Home) -> None:
    reply = await home.run("settings show")
    (embed,) = reply.embeds
    shown = {field["name"]: field["value"] for field in embed["fields"]}
    assert shown["Time zone"] == "UTC\n-# The clock of the times that people type, and of quiet hours."
    assert shown["Language"].startswith("English, as this server has it in Discord\n-# ")
    assert shown["Interval"].startswith("1 hour, as the operator of the bot has it\n-# ")
    assert shown["Answers"].startswith("✅ ❌ ❓, as the operator of the bot has it\n-# ")
    assert shown["Who is asked"].startswith("everybody who sees the channel\n-# ")
    assert len(shown) == len(reply.option_values) == 15
    assert all("\n-# " in value for value in shown.values())


async def test_message_is_changed_in_place_and_leads_back_to_all_settings(home: Home) -> None:
    reply = await home.run("settings show", by=home.owner_id)
    page = await choose(home, reply, "pick", "wants_tally")
    assert page.message_id == reply.message_id
    assert "Final tally" in page.text
    back = await press(home, page, "all")
    assert back.message_id == reply.message_id
    assert "Time zone" in back.text


@pytest.mark.parametrize(
    ("name", "select", "value", "kept", "shown"),
    [
        ("language", "language", "fr", {"language": "fr"}, "Français"),
        ("place", "place", "thread", {"place": "thread"}, "in a thread of the event's message"),
        ("escalate_after", "escalation", "3", {"escalate_after": 3}, "after 3 reminders"),
    ],
)
async def test_choice_among_words_is_kept_and_reset(
    home: Home, name: str, select: str, value: str, kept: dict[str, Any], shown: str
) -> None:
    page = await choose(home, await opened(home, name), select, value)
    assert stored(home) == kept
    assert shown in page.text
    page = await press(home, page, "reset")
    assert stored(home) == {}
    assert shown not in page.text


@pytest.mark.parametrize("name", ["wants_tally", "deletes_older", "is_silent"])
async def test_switch_is_turned_on_and_off(home: Home, name: str) -> None:
    page = await press(home, await opened(home, name), "switch")
    assert stored(home) == {name: True}
    assert "**on**" in page.text
    page = await press(home, page, "switch")
    assert stored(home) == {}
    assert "**off**" in page.text


@pytest.mark.parametrize(
    ("name", "text", "kept", "shown"),
    [
        ("default_interval_minutes", "2h30m", 150, "2 hours 30 minutes"),
        ("delete_after_minutes", "un jour", 1440, "1 day"),
        ("before_minutes", "30m, 1 day, 30 min", [1440, 30], "1 day and 30 minutes"),
        ("before_minutes", "", [], "none"),
        ("quiet_hours", "de 22h à 7h", "22:00-07:00", "22:00–07:00"),
        (
            "answers",
            "✅ yes Coming\n❌ non\n❓ peut-être, we will see, 🍕 other",
            [["✅", "yes", "Coming"], ["❌", "no", ""], ["❓", "maybe", "we will see"], ["🍕", "other", ""]],
            "✅ yes (Coming) · ❌ no",
        ),
        ("answers", "✅, ❌", [["✅", "yes", ""], ["❌", "no", ""]], "✅ yes · ❌ no"),
    ],
)
async def test_text_of_a_form_is_read_kept_and_reset(home: Home, name: str, text: str, kept: Any, shown: str) -> None:
    page = await fill_in(home, name, text)
    assert stored(home) == {name: kept}
    assert shown in page.text
    await press(home, page, "reset")
    assert stored(home) == {}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("default_interval_minutes", "often", "Write it like 30m, 2h30m or 1d."),
        ("default_interval_minutes", "400 days", "The interval must be between"),
        ("delete_after_minutes", "10s", "The interval must be between 1 minute and 366 days"),
        ("before_minutes", "1h, 2h, 3h, 4h, 5h, 6h", "At most 5 times before the start are possible."),
        ("quiet_hours", "at night", "Write quiet hours as two times of day, like 22:00-07:00."),
        ("quiet_hours", "22:00-22:00", "Quiet hours must end at another time than they begin"),
        ("answers", "✅ yes", "An event has 2 to 10 answers."),
        ("answers", "✅ yes\n✅ no", "Each emoji may be given only once"),
        ("answers", "✅ yes\n🍕 mabye", "After 🍕, write what it says: yes, no, maybe or other."),
        ("answers", "yes\nno", "“yes” is no emoji that I can use"),
        ("answers", "✅ yes\n<:gone:4300000000000000> no", "is no emoji that I can use"),
        ("answers", f"✅ yes {'x' * 81}\n❌ no", "The text after ✅ is too long: at most 80 characters."),
    ],
)
async def test_text_that_cannot_be_used_changes_nothing_and_is_answered_with_what_to_write(
    home: Home, name: str, text: str, told: str
) -> None:
    reply = await fill_in(home, name, text)
    assert told in everything(reply)
    assert stored(home) == {}


async def test_own_emoji_of_the_server_may_be_answers_and_are_offered_under_new_events(home: Home) -> None:
    home.sandbox.world.guild(home.guild_id).emojis[RAID.id] = RAID
    await fill_in(home, "answers", ":raid: yes\n🍕 no Hungry")
    assert stored(home) == {"answers": [[str(RAID), "yes", ""], ["🍕", "no", "Hungry"]]}
    message_id = await home.watched()
    assert home.sandbox.world.message(message_id).emojis == [str(RAID), "🍕"]


async def test_default_interval_is_what_watch_takes(home: Home) -> None:
    await fill_in(home, "default_interval_minutes", "45m")
    message_id = await home.post()
    reply = await home.run("watch", message=home.link(message_id))
    assert "Reminders every 45 minutes." in reply.text
    assert home.stored(message_id).interval_minutes == 45


async def test_audience_is_chosen_part_by_part(home: Home) -> None:
    role = await home.sandbox.director.create_role(home.guild_id, "Raiders")
    page = await opened(home, "audience")
    page = await choose(home, page, "roles", role)
    page = await choose(home, page, "not_members", *home.member_ids[:2])
    first, second = sorted(home.member_ids[:2])
    assert stored(home) == {"audience": {"roles": [str(role)], "excluded_members": [str(first), str(second)]}}
    assert f"<@&{role}>, without <@{first}> and <@{second}>" in page.text
    await choose(home, page, "not_members")
    assert stored(home) == {"audience": {"roles": [str(role)]}}


async def test_reminders_go_to_a_channel_that_is_chosen_and_where_the_bot_may_post(home: Home) -> None:
    other = await home.new_channel("reminders")
    closed = await home.new_channel("closed")
    await home.close_channel(closed, home.bot_id)
    page = await opened(home, "place")
    refused = await choose(home, page, "channel", closed)
    assert "you or I cannot see it" in everything(refused) or "give me" in everything(refused)
    assert stored(home) == {}
    page = await choose(home, page, "channel", other)
    assert stored(home) == {"place": "elsewhere", "place_channel_id": str(other)}
    assert f"in <#{other}>" in page.text
    await choose(home, page, "place", "channel")
    assert stored(home) == {}


async def test_log_channel_is_one_that_the_chooser_sees_and_the_bot_can_post_in(home: Home) -> None:
    log, closed = await home.new_channel("log"), await home.new_channel("closed")
    hidden = await home.new_channel("hidden", hidden_from=[home.organiser_id])
    await home.close_channel(closed, home.bot_id)
    for channel_id, told in ((closed, "give me View Channel"), (hidden, "you or I cannot see it")):
        page = await opened(home, "log_channel_id", by=home.organiser_id)
        refused = await choose(home, page, "channel", channel_id, by=home.organiser_id)
        assert told in everything(refused)
    assert stored(home) == {}
    page = await choose(home, await opened(home, "log_channel_id"), "channel", log)
    assert stored(home) == {"log_channel_id": str(log)}
    assert f"**<#{log}>**" in page.text
    assert "<#" not in (await press(home, page, "reset")).text
    assert stored(home) == {}


async def test_quiet_hours_are_taken_away_by_an_empty_form(home: Home) -> None:
    await fill_in(home, "quiet_hours", "10pm to 7am")
    assert stored(home) == {"quiet_hours": "22:00-07:00"}
    page = await fill_in(home, "quiet_hours", " ")
    assert stored(home) == {}
    assert "**none**" in page.text


async def test_zone_is_suggested_by_city_and_kept_by_name(home: Home) -> None:
    assert any("Europe/Brussels" in each for each in await home.suggestions("settings zone", "zone", "bruxelles"))
    assert 0 < len(await home.suggestions("settings zone", "zone", "")) <= 25
    reply = await home.run("settings zone", zone="Bruxelles")
    assert "Europe/Brussels" in reply.text
    assert stored(home) == {"zone": "Europe/Brussels"}
    refused = await home.run("settings zone", zone="Atlantis")
    assert "No time zone goes by that." in refused.text
    page = await opened(home, "zone")
    assert "`/settings zone`" in page.text
    await press(home, page, "reset")
    assert stored(home) == {}


@pytest.mark.parametrize("name", ["settings show", "settings export", "settings zone"])
async def test_member_who_is_no_organiser_is_refused(home: Home, name: str) -> None:
    options: dict[str, Any] = {"zone": "Paris"} if name.endswith("zone") else {}
    reply = await home.run(name, by=home.member_ids[0], **options)
    assert "Only organisers may do this" in reply.text
    assert stored(home) == {}


async def test_message_of_one_organiser_is_not_anothers(home: Home) -> None:
    page = await opened(home, "wants_tally")
    reply = await home.sandbox.director.click(home.organiser_id, page, "settings:switch")
    assert "This answer belongs to somebody else." in reply.text
    assert stored(home) == {}


async def test_who_is_no_organiser_any_more_changes_nothing_with_a_message_from_before(home: Home) -> None:
    director = home.sandbox.director
    role = await director.create_role(home.guild_id, ROLE)
    lead = await director.add_member(home.guild_id, roles=[role])
    page = await opened(home, "wants_tally", by=lead)
    await director.remove_role(home.guild_id, lead, role)
    reply = await director.click(lead, page, "settings:switch")
    assert "Only organisers may do this" in everything(reply)
    assert stored(home) == {}


async def test_organiser_role_makes_organisers_and_is_given_by_who_manages_the_server_only(home: Home) -> None:
    director = home.sandbox.director
    role = await director.create_role(home.guild_id, "Planners")
    planner = await director.add_member(home.guild_id, roles=[role])
    assert "Only organisers" in (await home.run("health", by=planner)).text
    page = await opened(home, "organiser_roles", by=home.organiser_id)
    refused = await choose(home, page, "organisers", role, by=home.organiser_id)
    assert "Only members with Manage Server" in everything(refused)
    page = await opened(home, "organiser_roles")
    refused = await choose(home, page, "organisers", home.guild_id)
    assert "@everyone cannot be an organiser role" in everything(refused)
    assert stored(home) == {}
    page = await choose(home, page, "organisers", role)
    assert f"<@&{role}>" in page.text
    assert "Connected" in (await home.run("health", by=planner)).text
    await press(home, page, "reset")
    assert "Only organisers" in (await home.run("health", by=planner)).text


async def test_reminder_is_in_the_language_that_was_chosen_and_changes_are_in_the_audit(home: Home) -> None:
    await choose(home, await opened(home, "language"), "language", "fr")
    message_id = await home.watched()
    await home.run("remind", event=str(message_id))
    (post,) = await home.wait_reminders()
    assert post.content.startswith("Réponse attendue\u00a0: <@")
    told = (await home.run("audit")).text
    assert f"<@{home.owner_id}> · settings of this server: Language as in Discord → Français" in told


async def test_message_is_in_its_readers_language(home: Home) -> None:
    home.sandbox.world.user(home.owner_id).locale = "fr"
    await choose(home, await opened(home, "language"), "language", "en")
    page = await fill_in(home, "answers", "✅ oui Présent\n❌ non")
    assert "✅ oui (Présent) · ❌ non" in page.text
    assert "Réponses" in page.text


async def test_channel_without_the_bots_right_to_send_is_refused_by_what_is_missing(home: Home) -> None:
    other = await home.new_channel("quiet")
    deny = int(Permission.SEND_MESSAGES)
    await home.sandbox.director.edit_overwrite(other, home.bot_id, deny=deny, kind=OverwriteKind.MEMBER)
    refused = await choose(home, await opened(home, "place"), "channel", other)
    assert f"I cannot post in <#{other}>: give me Send Messages" in everything(refused)
