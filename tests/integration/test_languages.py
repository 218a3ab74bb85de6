"""Two languages through a real bot process: answers in the caller's, what is posted in the guild's, else English."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import ChannelType, Payload
from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("languages")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def french_home(stage: Stage) -> AsyncIterator[Home]:
    """A French guild whose organiser's client is in French; the members' are in English."""
    async with stage.home("Maison", locale="fr") as home:
        stage.sandbox.world.user(home.organiser_id).locale = "fr"
        yield home


@pytest_asyncio.fixture(loop_scope="module")
async def british_home(stage: Stage) -> AsyncIterator[Home]:
    """A British guild whose organiser's client is in French."""
    async with stage.home("Home", locale="en-GB") as home:
        stage.sandbox.world.user(home.organiser_id).locale = "fr"
        yield home


async def _watched(home: Home) -> int:
    message_id = await home.post("Soirée raid")
    await home.run("watch", message=home.link(message_id), interval="2h")
    return message_id


def _registered(stage: Stage, name: str) -> Payload:
    found = stage.sandbox.platform.commands.find(None, name)
    assert found is not None
    return found


def _direct_messages(home: Home) -> list[str]:
    """Return what the bot has written to the organiser alone."""
    return [
        message.content
        for channel in home.sandbox.world.channels.values()
        if channel.kind is ChannelType.DM and any(user.id == home.organiser_id for user in channel.recipients)
        for message in channel.messages.values()
    ]


async def test_commands_are_registered_with_their_french_names_and_descriptions(stage: Stage) -> None:
    watch = _registered(stage, "watch")
    assert watch["name_localizations"] == {"fr": "suivre"}
    assert watch["description_localizations"]["fr"].startswith("Suivre un message")
    options = {option["name"]: option.get("name_localizations", {}) for option in watch["options"]}
    # "message" is the same word in both.
    start = {"start": {"fr": "début"}, "until": {"fr": "jusque"}}
    others = {"audience": {"fr": "public"}, "remind_in": {"fr": "rappels_dans"}, "before": {"fr": "avant"}}
    assert options == {"message": {}, "interval": {"fr": "intervalle"}, **start, **others}


async def test_watch_status_and_list_answer_an_organiser_in_french(french_home: Home) -> None:
    message_id = await french_home.post("Soirée raid")
    watched = await french_home.run("watch", message=french_home.link(message_id), interval="2h30m")
    assert "Message suivi. Intervalle entre les rappels\u00a0: 2 heures 30 minutes." in watched.text
    await french_home.react(message_id, french_home.member_ids[:1])
    status = await french_home.run("status", event=str(message_id))
    assert "Réponses\u00a0: 1 sur 5" in status.text
    assert "Sans réponse\u00a0: 4" in status.text
    listed = await french_home.run("list")
    assert "Suivi\u00a0: 1 événement" in listed.text
    assert "intervalle de 2 heures 30 minutes · prochain rappel <t:" in listed.text


async def test_help_shows_the_names_that_a_french_client_shows(french_home: Home) -> None:
    shown = (await french_home.run("help")).text
    assert "`/suivre message? intervalle? début? jusque? public? rappels_dans? avant?` — Suivre un message" in shown
    assert "**Suivre ce message** — clic droit" in shown
    assert "/watch" not in shown


async def test_errors_are_worded_in_the_callers_language(french_home: Home) -> None:
    refused = await french_home.run("watch", message="x", interval="often")
    assert refused.text == "Ce n’est pas un intervalle. L’écrire par exemple 30m, 2h30m ou 1d."
    unknown = await french_home.run("status", event="nothing")
    assert unknown.text.startswith("Aucun événement suivi ne correspond.")
    foreign = await french_home.run("pause", by=french_home.member_ids[0], event="nothing")
    assert foreign.text.startswith("Only organisers may do this")


async def test_intervals_are_suggested_in_french_and_sent_as_what_is_read_in_any_language(french_home: Home) -> None:
    director = french_home.sandbox.director
    place = (french_home.organiser_id, french_home.channel_id)
    choices = await director.autocomplete(*place, "watch", {"interval": "2"}, "interval")
    assert [(choice.name, choice.value) for choice in choices][:2] == [
        ("2 minutes", "2 minutes"),
        ("2 heures", "2 hours"),
    ]
    message_id = await french_home.post("Choisie")
    reply = await french_home.run("watch", message=french_home.link(message_id), interval=str(choices[1].value))
    assert "2 heures" in reply.text


async def test_a_reminder_in_a_french_guild_is_french_whoever_asked_for_it(french_home: Home) -> None:
    message_id = await _watched(french_home)
    asked = await french_home.run("remind", by=french_home.owner_id, event=str(message_id))
    assert "Reminded 5 people." in asked.text
    (post,) = await french_home.wait_reminders()
    (card,) = post.embeds
    assert post.content.startswith("Réponse attendue\u00a0: <@")
    assert card["description"].startswith("Pour répondre, réagir [au message](")
    assert [field["name"] for field in card["fields"]] == ["Réponses", "Sans réponse", "Prochain rappel"]
    assert card["fields"][1]["value"] == "5 personnes"
    assert card["footer"]["text"] == "prévu"


async def test_a_reminder_in_a_british_guild_is_english_though_a_frenchman_asked_for_it(british_home: Home) -> None:
    message_id = await _watched(british_home)
    asked = await british_home.run("remind", event=str(message_id))
    assert "Rappel envoyé à 5 personnes." in asked.text
    (post,) = await british_home.wait_reminders()
    assert post.content.startswith("Your answer is missing: <@")
    assert [field["name"] for field in post.embeds[0]["fields"]] == ["Answered", "Missing", "Next reminder"]


async def test_what_is_stored_and_logged_is_english_and_shown_in_the_readers_language(french_home: Home) -> None:
    message_id = await _watched(french_home)
    await french_home.close_channel(french_home.channel_id, french_home.bot_id)
    await french_home.until(lambda: french_home.stored(message_id).state == "blocked", "the block")
    assert french_home.stored(message_id).state_reason == "Discord refused: Missing Access."
    shown = await french_home.run("status", event=str(message_id))
    assert "État\u00a0: bloqué\u00a0: Discord a refusé\u00a0: accès manquant." in shown.text
    english = await french_home.run("status", by=french_home.owner_id, event=str(message_id))
    assert "State: blocked: Discord refused: Missing Access." in english.text
    # The notice tells of the guild's event, in its language, wherever it is read.
    await french_home.until(lambda: bool(_direct_messages(french_home)), "the notice")
    told = _direct_messages(french_home)
    assert any(text.startswith("Je ne peux pas envoyer les rappels de") for text in told), told
    await french_home.run("unwatch", event=str(message_id))
    assert french_home.stored(message_id).state_reason == "unwatched"
    history = await french_home.run("audit", event=french_home.link(message_id))
    assert "état bloqué → terminé (plus suivi)" in history.text
    assert "Discord a refusé" not in french_home.stage.scene.log()
