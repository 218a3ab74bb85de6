"""Everything that can be typed into a command, through a real bot process: one sentence back, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.sandbox.command_limits import CHAT_INPUT
from reminder_bot.sandbox.entities import Payload
from tests.integration.command_stage import Home, Stage, everything, open_stage
from tests.nasties import NASTIES, assert_bare, pings

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUBCOMMAND, STRING, ATTACHMENT = 1, 3, 11
OPTIONS = {
    ("watch", "message"), ("watch", "interval"), ("unwatch", "event"), ("pause", "event"), ("resume", "event"),
    ("set_interval", "event"), ("set_interval", "interval"), ("remind", "event"), ("status", "event"),
    ("audit", "event"), ("search", "text"), ("log", "event"), ("stats", "event"),
    ("watch", "start"), ("watch", "until"), ("watch", "audience"), ("watch", "remind_in"), ("watch", "before"),
    ("event create", "audience"), ("event create", "remind_in"), ("event create", "before"),
    ("event edit", "event"), ("event edit", "audience"), ("event edit", "remind_in"), ("event edit", "before"),
    ("event copy", "event"), ("event cancel", "event"), ("event show", "event"), ("event preview", "event"),
    ("settings zone", "zone"), ("my timezone", "zone"), ("away", "until"), ("away", "reason"),
}  # fmt: skip
"""Every option that takes a text; a new one is to be added here."""

TAKEN_AS_IT_IS = {("away", "reason")}
"""Texts that are kept for whoever wrote them, whatever they say."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("abuse")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test, and a log without an error at its end."""
    async with stage.home() as home:
        yield home
    log = stage.scene.bot.last_lines(100_000)
    assert "Traceback" not in log
    assert " ERROR " not in log


async def test_every_option_that_takes_a_text_is_tried(stage: Stage) -> None:
    commands = stage.sandbox.platform.commands.list_all(stage.scene.seed.bot_id, None)
    used = [used for command in commands if command["type"] == CHAT_INPUT for used in _with_words(command)]
    options = [(name, option) for name, command in used for option in command.get("options") or []]
    assert {(name, option["name"]) for name, option in options if is_text(option)} == OPTIONS
    assert {option["type"] for _name, option in options} == {STRING, ATTACHMENT}


def is_text(option: Payload) -> bool:
    """Whether anything may be typed there."""
    return option["type"] == STRING and not option.get("choices")


def _with_words(command: Payload) -> list[tuple[str, Payload]]:
    """Return a command, or each of a group's, by how it is used."""
    inner = [option for option in command.get("options") or [] if option["type"] == SUBCOMMAND]
    return [(f"{command['name']} {each['name']}", each) for each in inner] or [(command["name"], command)]


@pytest.mark.parametrize(("name", "option"), sorted(OPTIONS - TAKEN_AS_IT_IS))
async def test_nasty_text_in_an_option_is_refused_in_a_sentence_and_changes_nothing(
    home: Home, stage: Stage, name: str, option: str
) -> None:
    async with stage.home("Other") as other:
        foreign = await other.watched("Foreign raid")
        message_id = await home.watched("Our evening")
        before = home.stored(message_id), other.stored(foreign)
        given: dict[str, Any] = {"event": home.link(message_id), "message": home.link(message_id), "interval": "1h"}
        given["text"] = "Raid"
        harmless = {key: given[key] for command, key in OPTIONS if command == name and key in given}
        for kind, text in NASTIES.items():
            reply = await home.run(name, **{**harmless, option: text})
            said = everything(reply)
            assert reply.embeds == [], (kind, said)
            assert pings(said) == [], (kind, said)
            assert len(said) <= 300, (kind, said)
            assert "Foreign" not in said, (kind, said)
            assert "went wrong" not in said, (kind, said)
            assert said.endswith("."), (kind, said)
        assert (home.stored(message_id), other.stored(foreign)) == before
        assert home.reminders() == []
        assert other.reminders() == []


async def test_nasty_reason_of_an_absence_pings_nobody_and_breaks_nothing(home: Home) -> None:
    for kind, text in NASTIES.items():
        said = everything(await home.run("away", until="in 3 days", reason=text))
        assert "You are away until" in said, kind
        assert pings(said) == [], kind
        assert len(said) <= 1000, kind


@pytest.mark.parametrize(("name", "option"), [("status", "event"), ("set_interval", "interval"), ("watch", "interval")])
async def test_nasty_text_typed_for_suggestions_finds_nothing_of_another_guild(
    home: Home, stage: Stage, name: str, option: str
) -> None:
    async with stage.home("Other") as other:
        await other.watched("Foreign raid %_' {0} ../ \\ 1")
        await home.watched("Our raid")
        for kind, text in NASTIES.items():
            for suggestion in await home.suggestions(name, option, text):
                assert "Foreign" not in suggestion, kind
                assert "{" not in suggestion, kind
                assert_bare(suggestion)


@pytest.mark.parametrize("typed", ["%", "_", "O%d", "O_r", "' OR '1'='1", "*", "Our raid' --", "our.*"])
async def test_pattern_is_searched_for_as_it_is_typed(home: Home, typed: str) -> None:
    await home.watched("Our raid")
    assert await home.suggestions("status", "event", typed) == []
    assert await home.suggestions("status", "event", "our RAID") == ["Our raid"]


async def test_nasty_titles_in_one_guild_are_each_suggested_once_and_lead_to_their_own_event(home: Home) -> None:
    texts = ["%", "_", "'; DROP TABLE event; --", "{0.__class__}", "0", "-1", str(2**63), "../..", "@everyone", "%s"]
    watched = {text: await home.watched(text) for text in texts}
    assert set(await home.suggestions("status", "event", "")) == set(texts)
    for text, message_id in watched.items():
        assert text in await home.suggestions("status", "event", text)
        reply = await home.run("status", event=str(message_id))
        assert reply.embeds[0]["url"] == home.link(message_id)
