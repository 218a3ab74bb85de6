"""Every example of docs/commands.md, typed as it stands there, by an English organiser and by a French one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from reminder_bot.interactions.forgetting_text import forget_question
from reminder_bot.interactions.options import Who
from reminder_bot.sandbox.command_limits import CHAT_INPUT
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.replies import InteractionReply
from tests.integration import example_trial as trial
from tests.integration.command_stage import PATIENCE_SECONDS, Home, Stage, open_stage
from tests.integration.doc_examples import Example, french_line, sections
from tests.integration.example_trial import Trial

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRENCH = {
    "Raid on Friday": "Raid vendredi",
    "2h": "2 h",
    "1d": "1 jour",
    "Brussels": "Bruxelles",
    "crepes friday": "crepes vendredi",
    "Friday": "vendredi",
    "holidays": "vacances",
    "CSV, for spreadsheets": "CSV, pour un tableur",
}
"""What a French person types instead of a value of the examples; links and files are the same."""

EXAMPLES = [example for section in sections() for example in section.examples]


@dataclass(frozen=True)
class Case:
    """What an example needs, says and does; ``does`` takes the answer too where it goes on from there."""

    given: Callable[[Trial], Awaitable[None]]
    says: str
    does: Callable[..., Awaitable[None]]
    goes_on: bool = False


CASES = {
    "watch": Case(trial.message, "Watching. Reminders every {interval}.", trial.is_watched),
    "Watch this message": Case(trial.message, "Watching. Reminders every {interval}.", trial.is_watched),
    "event create": Case(trial.nothing, "New event", trial.is_created, goes_on=True),
    "event edit": Case(trial.posted, "Change the event", trial.is_edited, goes_on=True),
    "event copy": Case(trial.posted, "New event", trial.is_copied, goes_on=True),
    "event cancel": Case(
        trial.posted,
        "Cancel this event? Those who have answered are told in the channel. It cannot be taken back.",
        trial.is_cancelled,
        goes_on=True,
    ),
    "event show": Case(trial.posted, "What comes next", trial.names_the_event),
    "event preview": Case(trial.posted, "Would be pinged now: {count}", trial.names_who_is_missing),
    "unwatch": Case(
        trial.watched,
        "Not watched any more. The answers are kept: `/watch` on the same message takes them up again.",
        trial.is_over,
    ),
    "pause": Case(
        trial.watched, "Paused. Answers go on being counted; `/resume` sends reminders again.", trial.is_paused
    ),
    "resume": Case(trial.paused, "Going on.", trial.goes_on),
    "set_interval": Case(trial.watched, "Interval changed from {before} to {after}.", trial.has_new_interval),
    "remind": Case(trial.watched, "Reminded {people}.", trial.is_reminded),
    "Remind now": Case(trial.watched, "Reminded {people}.", trial.is_reminded),
    "audit": Case(trial.watched, "Changes", trial.names_the_event),
    "log": Case(trial.reminded, "Reminders", trial.names_who_is_missing),
    "stats": Case(trial.watched, "How people answer", trial.names_the_event),
    "export": Case(
        trial.watched, "{events} and {answers}. Keep the file as private as the answers are.", trial.has_file, True
    ),
    "settings show": Case(trial.nothing, "Time zone", trial.nothing_more),
    "settings setup": Case(trial.nothing, "Language and time zone", trial.nothing_more),
    "settings zone": Case(trial.nothing, "Time zone", trial.zone_is_chosen),
    "settings export": Case(
        trial.nothing,
        "All settings of this server; `/settings import` takes the file back, here or on another server.",
        trial.has_file,
        True,
    ),
    "settings import": Case(trial.exported, "Settings of this server", trial.zone_is_back),
    "doctor": Case(trial.watched, "All is well.", trial.nothing_more),
    "health": Case(trial.watched, "Gateway latency", trial.nothing_more),
    "status": Case(trial.watched, "Missing: {count}", trial.names_who_is_missing),
    "Event status": Case(trial.watched, "Missing: {count}", trial.names_who_is_missing),
    "What has this member answered?": Case(trial.watched, "Answers of one member", trial.names_the_event),
    "list": Case(trial.watched, "Watched: {count}", trial.names_the_event),
    "search": Case(trial.crepes, "Found: {count}", trial.names_the_event),
    "my events": Case(trial.unanswered, "**Waiting for your answer: {count}**", trial.names_the_event),
    "my reminders": Case(trial.watched, "Only events of these roles", trial.nothing_more),
    "my timezone": Case(
        trial.nothing,
        "Your clock: {clock}. `/my reminders` takes you back to this server's.",
        trial.own_zone_is_chosen,
    ),
    "my data": Case(
        trial.watched, "All that I keep about you, on every server. `/my forget` removes it.", trial.has_my_file, True
    ),
    "my forget": Case(trial.watched, forget_question(), trial.is_forgotten, True),
    "my remember": Case(
        trial.forgotten,
        "You are asked and counted again. I read your reactions anew; your choices start afresh.",
        trial.is_remembered,
    ),
    "away": Case(
        trial.watched,
        "You are still asked about events that begin later. What you answer counts all the same.",
        trial.is_away,
    ),
    "back": Case(trial.away, "Welcome back. {events}; `/my events` lists them.", trial.is_back),
    "help": Case(trial.nothing, "Commands", trial.names_every_command),
    "sync": Case(trial.nothing, "Registered {count}. Reload Discord (Ctrl+R) to see them.", trial.nothing_more),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("examples")) as stage:
        yield stage


async def test_every_documented_command_has_one_example_and_a_case() -> None:
    assert [section.heading for section in sections() if len(section.examples) != 1] == []
    assert {example.name for example in EXAMPLES} == CASES.keys()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("fr", "fr")], ids=["en", "fr"])
async def test_example_does_what_it_says(stage: Stage, example: Example, language: str, locale: str) -> None:
    async with stage.home("Home", locale=locale) as home:
        person = await _person(home, example.who)
        await home.sandbox.director.set_locale(person, locale)
        title = _typed(example.title or "Raid on Friday", language)
        options = {name: _typed(value, language) for name, value in example.options.items()}
        case = CASES[example.name]
        tried = Trial(home, language, example, person, options, title)
        await case.given(tried)
        reply = tried.heard(await _use(tried))
        tried.says(case.says)
        await (case.does(tried, reply) if case.goes_on else case.does(tried))


async def test_french_line_of_the_page_is_what_a_french_client_shows_and_works(stage: Stage) -> None:
    shown, typed = french_line()
    command = next(each for each in _registered(stage) if each.get("name_localizations", {}).get("fr") == shown)
    names = {each.get("name_localizations", {}).get("fr", each["name"]): each["name"] for each in command["options"]}
    async with stage.home("Maison", locale="fr") as home:
        await home.sandbox.director.set_locale(home.organiser_id, "fr")
        options = {names[name]: text for name, text in typed.items()}
        example = Example(command["name"], Who.ORGANISER, options)
        tried = Trial(home, "fr", example, home.organiser_id, options, "Raid vendredi")
        await trial.message(tried)
        draft = tried.heard(await _use(tried))
        await tried.press(draft, "draft:finish")
        interval, starts_at = tried.row("interval_minutes, starts_at")
        assert (interval, starts_at[11:16]) == (120, "20:00")


async def _person(home: Home, who: Who) -> int:
    """Return who may use a command and no more than that."""
    if who is Who.OWNER:
        return await home.sandbox.director.add_member(home.guild_id, user_id=home.stage.app_owner_id)
    return home.organiser_id if who is Who.ORGANISER else home.member_ids[0]


def _typed(value: str, language: str) -> str:
    is_same = language == "en" or value.startswith("https://") or value.endswith(".json")
    return value if is_same else FRENCH[value]


async def _use(tried: Trial) -> InteractionReply:
    home, example, director = tried.home, tried.example, tried.home.sandbox.director
    if example.menu == "Message":
        return await director.context_menu(tried.person, example.name, tried.event_id, timeout=PATIENCE_SECONDS)
    if example.menu == "Member":
        return await director.member_menu(tried.person, home.channel_id, example.name, tried.person)
    sent = {name: _sent(tried, name, value) for name, value in tried.options.items()}
    return await director.command(tried.person, home.channel_id, example.name, sent, timeout=PATIENCE_SECONDS)


def _sent(tried: Trial, name: str, value: Any) -> Any:
    """Return what Discord sends: a real message for the page's link, a choice's value for its name."""
    if isinstance(value, str) and value.startswith("https://"):
        return tried.home.link(tried.event_id)
    first, *path = tried.example.name.split()
    option: Payload = next(each for each in _registered(tried.home.stage) if each["name"] == first)
    for part in (*path, name):
        option = next(each for each in option["options"] if each["name"] == part)
    choices = {_shown(choice, tried.language): choice["value"] for choice in option.get("choices") or []}
    return choices[value] if choices else value


def _shown(named: Payload, language: str) -> str:
    return str((named.get("name_localizations") or {}).get(language, named["name"]))


def _registered(stage: Stage) -> list[Payload]:
    commands = stage.sandbox.platform.commands
    found = (commands.find(None, name, CHAT_INPUT) for name in sorted(commands.names()))
    return [command for command in found if command is not None]
