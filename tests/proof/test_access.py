"""Every command by everybody who might try it, the foreigner with this guild's ids included: one table."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import Overwrite, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.command_stage import MEMBER_MENU, MENU, Event, Home, Stage, everything, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLE = "Raid Leads"
TITLE = "Closed raid"

STRANGER, MEMBER, LEAD, MANAGER, OWNER = "stranger", "member", "organiser by role", "Manage Events", "owner"
BLIND, BOT_OWNER, FOREIGNER = "organiser who cannot see it", "owner of the bot", "organiser of another guild"
CALLERS = (STRANGER, MEMBER, LEAD, MANAGER, OWNER, BLIND, FOREIGNER)
SEEING_ORGANISERS = frozenset({LEAD, MANAGER, OWNER})

REFUSED = "Only organisers may do this"
UNKNOWN = "No watched event goes by that."
ELSEWHERE = "leads to another server"
NO_MESSAGE = "There is no such message"


@dataclass(frozen=True)
class Row:
    """What a command says to those who may use it, and to an organiser of another or of a closed channel."""

    done: str
    blind: str
    foreign: str
    option: str | None = None
    interval: bool = False
    everybody: bool = False

    def expected(self, caller: str) -> str:
        """Return what a caller must read."""
        if caller == FOREIGNER:
            return self.foreign
        if caller in SEEING_ORGANISERS:
            return self.done
        if caller == BLIND:
            return self.blind
        if not self.everybody:
            return REFUSED
        return self.blind if caller == STRANGER else self.done


NOBODYS = "No event is watched in a channel that you can see."
NO_EVENT = "There is no event in a channel that you can see."
NOTHING_OWN = "No event waits for your answer"
NOT_FOUND = "No event that you can see has all of these words"
ROWS = {
    "watch": Row("The interval stays 1 hour.", NO_MESSAGE, ELSEWHERE, option="message", interval=True),
    MENU: Row("The interval stays 1 hour.", "", ""),
    "Remind now": Row("Reminded", "", ""),
    "Event status": Row("Answered: 1 of", "", "", everybody=True),
    MEMBER_MENU: Row(TITLE, "There is no answer to an event", "", everybody=True),
    "unwatch": Row("Not watched any more.", UNKNOWN, UNKNOWN, option="event"),
    "pause": Row("Paused.", UNKNOWN, UNKNOWN, option="event"),
    "resume": Row("Going on.", UNKNOWN, UNKNOWN, option="event"),
    "set_interval": Row("from 1 hour to 2 hours", UNKNOWN, UNKNOWN, option="event", interval=True),
    "remind": Row("Reminded", UNKNOWN, UNKNOWN, option="event"),
    "status": Row("Answered: 0 of", UNKNOWN, UNKNOWN, option="event", everybody=True),
    "audit": Row("watched, every", UNKNOWN, UNKNOWN, option="event"),
    "list": Row(TITLE, NOBODYS, NOBODYS, everybody=True),
    "log": Row("[reminded ", UNKNOWN, UNKNOWN, option="event"),
    "export": Row("1 event and 0 answers", NO_EVENT, NO_EVENT),
    "event": Row(TITLE, UNKNOWN, UNKNOWN, option="event"),
    "settings": Row("Time zone", "Time zone", "Time zone"),
    "stats": Row(TITLE, UNKNOWN, UNKNOWN, option="event"),
    "search": Row(TITLE, NOT_FOUND, NOT_FOUND, everybody=True),
    "doctor": Row("Check-up", "Check-up", "Check-up"),
    "my": Row(TITLE, NOTHING_OWN, NOTHING_OWN, everybody=True),
    "away": Row("You are away until", "You are away until", "You are away until", everybody=True),
    "back": Row("Welcome back.", "Welcome back.", "Welcome back.", everybody=True),
    "help": Row("Commands", "Commands", "Commands", everybody=True),
    "health": Row("Connected", "Connected", "Connected"),
    "sync": Row("Only the owner of the bot", "Only the owner of the bot", "Only the owner of the bot", everybody=True),
}
MENUS = (MENU, "Remind now", "Event status")
CHANGING = {"Remind now", "unwatch", "pause", "resume", "set_interval", "remind"}
CLICKED = (MEMBER, LEAD, MANAGER, OWNER)
"""Who can see the message, and so its menu."""

TRIED_BY_BOT_OWNER = ("sync", "health", "pause")
"""Owning the bot gives no rights in a server. Not more, as one person has 20 commands a minute in all servers."""


@dataclass
class Place:
    """A guild with a closed channel, one event in it, and everybody who might try."""

    home: Home
    lobby_id: int
    message_id: int
    callers: dict[str, int]
    foreign: Home

    async def run(self, name: str, caller: str, *, by_link: bool) -> InteractionReply:
        """Use a command where its caller can, on this guild's event."""
        row, home = ROWS[name], self.home
        if name in MENUS:
            return await home.menu(self.message_id, by=self.callers[caller], name=name)
        if name == MEMBER_MENU:
            return await home.member_menu(self.callers[MEMBER], self.callers[caller], self.lobby_id)
        options = {}
        if row.option is not None:
            options[row.option] = home.link(self.message_id) if by_link else str(self.message_id)
        if row.interval:
            options["interval"] = "1h" if name == "watch" else "2h"
        if name == "search":
            options["text"] = TITLE
        if name == "away":
            options["until"] = "in 3 days"
        place = self.foreign.channel_id if caller == FOREIGNER else self.lobby_id
        if name == "watch" and not by_link and caller in CLICKED:
            place = home.channel_id
        used = {"settings": "settings show", "event": "event show", "my": "my events"}.get(name, name)
        return await home.run(used, by=self.callers[caller], channel_id=place, **options)

    def stored(self) -> Event:
        """Return the event as it is stored."""
        return self.home.stored(self.message_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("access"), ADMIN_ROLES=ROLE) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def place(stage: Stage) -> AsyncIterator[Place]:
    """A guild whose channel a stranger and one organiser cannot see."""
    async with stage.home("Home") as home, stage.home("Foreign") as foreign:
        director = home.sandbox.director
        lead = await director.create_role(home.guild_id, ROLE)
        blind = await director.add_member(home.guild_id, roles=[lead])
        stranger = home.member_ids[0]
        await home.close_channel(home.channel_id, blind, stranger)
        callers = {
            STRANGER: stranger, MEMBER: home.member_ids[1], MANAGER: home.organiser_id, OWNER: home.owner_id,
            LEAD: await director.add_member(home.guild_id, roles=[lead]), BLIND: blind,
            BOT_OWNER: await director.add_member(home.guild_id, user_id=stage.app_owner_id),
            FOREIGNER: foreign.organiser_id,
        }  # fmt: skip
        lobby_id = await home.new_channel("lobby")
        yield Place(home, lobby_id, await home.watched(TITLE), callers, foreign)


async def test_every_registered_command_has_a_row(stage: Stage) -> None:
    assert stage.sandbox.platform.commands.names() == set(ROWS), "give the new command a row"


@pytest.mark.parametrize("by_link", [False, True], ids=["id", "link"])
@pytest.mark.parametrize("name", ROWS)
async def test_command_does_what_it_should_for_whoever_tries_it(place: Place, name: str, by_link: bool) -> None:
    callers = CLICKED if name in MENUS else CALLERS[:-1] if name == MEMBER_MENU else CALLERS
    if name in ("Event status", MEMBER_MENU):
        await place.home.react(place.message_id, [place.callers[MEMBER]])
    for caller in (*callers, BOT_OWNER) if name in TRIED_BY_BOT_OWNER else callers:
        if name == "log":
            await place.home.run("remind", by=place.callers[OWNER], event=str(place.message_id))
        if name == "back":
            await place.run("away", caller, by_link=by_link)
        if name == "resume":
            await place.home.run("pause", by=place.callers[OWNER], event=str(place.message_id))
        before, reminders = place.stored(), len(place.home.reminders())
        said = everything(await place.run(name, caller, by_link=by_link))
        expected = expectation(name, caller, by_link=by_link)
        assert expected in said, caller
        if expected in (REFUSED, UNKNOWN, ELSEWHERE, NO_MESSAGE):
            assert TITLE not in said, caller
            assert (place.stored(), len(place.home.reminders())) == (before, reminders), caller
        if caller == FOREIGNER:
            assert TITLE not in said
        if name in CHANGING and expected == ROWS[name].done:
            assert place.stored() != before, caller
            await put_back(place)


def expectation(name: str, caller: str, *, by_link: bool) -> str:
    """Return what a caller must read; ids and links of another guild read differently only where nothing is told."""
    if name == "sync" and caller == BOT_OWNER:
        return "Registered"
    if name == MEMBER_MENU and caller == STRANGER:
        return REFUSED
    if caller == FOREIGNER and by_link and ROWS[name].option is not None:
        return ELSEWHERE
    if caller == FOREIGNER and name == "watch":
        return NO_MESSAGE
    return ROWS[name].expected(caller)


async def put_back(place: Place) -> None:
    """Watch the event as it was watched at first."""
    by, link = place.callers[OWNER], place.home.link(place.message_id)
    await place.home.run("watch", by=by, message=link, interval="1h")
    await place.home.run("resume", by=by, event=link)


async def test_reminding_for_all_reminds_in_closed_channels_without_naming_them(place: Place) -> None:
    reply = await place.home.run("remind", by=place.callers[BLIND], channel_id=place.lobby_id)
    assert TITLE not in everything(reply)
    assert "1 event in channels that you cannot see" in everything(reply)
    reply = await place.home.run("remind", by=place.callers[FOREIGNER], channel_id=place.foreign.channel_id)
    assert "No event is running." in everything(reply)
    [post] = place.home.reminders()
    assert place.callers[STRANGER] not in post.pinged_user_ids


@pytest.mark.parametrize("caller", CALLERS)
async def test_titles_are_suggested_to_those_who_can_see_the_channel(place: Place, caller: str) -> None:
    channel_id = place.foreign.channel_id if caller == FOREIGNER else place.lobby_id
    by = place.callers[caller]
    expected = [] if caller in (STRANGER, BLIND, FOREIGNER) else [TITLE]
    for name in ("status", "audit", "log", "stats", "unwatch", "pause", "resume", "set_interval", "remind"):
        for typed in ("", TITLE, str(place.message_id), str(place.home.guild_id)):
            found = await place.home.suggestions(name, "event", typed, by=by, channel_id=channel_id)
            assert found == (expected if typed in TITLE else []), (name, typed)


@pytest.mark.parametrize("caller", [STRANGER, BLIND, FOREIGNER])
async def test_choice_of_messages_is_of_the_callers_own_channel_only(place: Place, caller: str) -> None:
    channel_id = place.foreign.channel_id if caller == FOREIGNER else place.lobby_id
    reply = await place.home.run("watch", by=place.callers[caller], channel_id=channel_id)
    assert reply.option_values == []
    assert TITLE not in everything(reply)


async def test_command_used_in_a_channel_the_bot_cannot_see_answers_all_the_same(place: Place) -> None:
    home = place.home
    overwrite = Overwrite(home.bot_id, OverwriteKind.MEMBER, deny=int(Permission.VIEW_CHANNEL))
    hidden = await home.sandbox.director.create_channel(home.guild_id, "hidden", overwrites=[overwrite])
    said = everything(await home.run("status", channel_id=hidden, event=home.link(place.message_id)))
    assert TITLE in said
