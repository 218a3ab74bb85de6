"""One example of docs/commands.md in one language: what has to be there for it, and what has to come of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.replies import InteractionReply
from reminder_bot.sandbox.uploads import Upload
from tests.integration.command_stage import Home, private
from tests.integration.doc_examples import Example, sections
from tests.integration.spoken import embed_text, foreign_words, shown, wording

STARTS: Mapping[str, str] = MappingProxyType({"en": "tomorrow 8pm", "fr": "demain 20h"})
FOUND: Mapping[str, str] = MappingProxyType({"en": "Crêpes on Friday", "fr": "Crêpes de vendredi"})


@dataclass
class Trial:
    """One example in one language: who types it where, about which event, and what they have been shown."""

    home: Home
    language: str
    example: Example
    person: int
    options: dict[str, Any]
    title: str
    event_id: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the last answer says."""
        return self.told[-1]

    def heard(self, reply: InteractionReply) -> InteractionReply:
        """Note what the bot has shown, to its caller alone and in their language; a form is nobody else's anyhow."""
        if reply.modal is None:
            private(reply)
        self.hold(shown(reply, reply.modal), *map(shown, reply.follow_ups()))
        return reply

    def hold(self, *texts: str) -> None:
        """Check that texts are in the language, and note them."""
        world = self.home.sandbox.world
        names = [self.title, FOUND[self.language], *(world.user(each).name for each in self.home.people)]
        told = "\n".join(texts)
        assert foreign_words(self.language, told, names) == set(), told
        self.told.append(told)

    def says(self, text: str) -> None:
        """Check that the last answer has a text of the code, in the language."""
        assert wording(self.language, text).search(self.text), self.text

    async def fill_in(self, form: InteractionReply, **texts: str) -> InteractionReply:
        """Fill in a form and send it."""
        values = {f"event:{name}": text for name, text in texts.items()}
        return self.heard(await self.home.sandbox.director.submit_modal(self.person, form, values))

    async def press(self, reply: InteractionReply, button: str) -> InteractionReply:
        """Press a button."""
        return self.heard(await self.home.sandbox.director.click(self.person, reply, button))

    def row(self, names: str, event_id: int | None = None) -> Any:
        """Return what is stored of an event."""
        sql = f"SELECT {names} FROM event WHERE message_id = ?"
        (found,) = self.home.stage.scene.rows(sql, event_id or self.event_id)
        return found

    def settings(self) -> dict[str, Any]:
        """Return what is stored of the guild's choices."""
        sql = "SELECT settings FROM guild WHERE guild_id = ?"
        read: dict[str, Any] = json.loads(self.home.stage.scene.rows(sql, self.home.guild_id)[0][0])
        return read

    def choices(self) -> dict[str, Any]:
        """Return what is stored of the person's choices."""
        sql = "SELECT choices FROM member WHERE guild_id = ? AND user_id = ?"
        found = self.home.stage.scene.rows(sql, self.home.guild_id, self.person)
        read: dict[str, Any] = json.loads(found[0][0]) if found else {}
        return read

    def newest(self) -> int:
        """Return the newest event of the guild."""
        sql = "SELECT max(message_id) FROM event WHERE guild_id = ?"
        return int(self.home.stage.scene.rows(sql, self.home.guild_id)[0][0])


# What has to be there


async def nothing(_trial: Trial) -> None:
    """Need nothing."""


async def message(trial: Trial) -> None:
    """Write the message."""
    trial.event_id = await trial.home.post(trial.title)


async def watched(trial: Trial) -> None:
    """Watch a message of that title, with one answer."""
    home = trial.home
    await message(trial)
    await home.run("watch", by=home.owner_id, message=home.link(trial.event_id), interval="1h")
    await home.react(trial.event_id, home.member_ids[:1])


async def unanswered(trial: Trial) -> None:
    """Watch a message of that title, without an answer."""
    await message(trial)
    await trial.home.run("watch", by=trial.home.owner_id, message=trial.home.link(trial.event_id), interval="1h")


async def paused(trial: Trial) -> None:
    """Watch it, and pause it."""
    await watched(trial)
    await trial.home.run("pause", by=trial.home.owner_id, event=str(trial.event_id))


async def reminded(trial: Trial) -> None:
    """Watch it, and remind."""
    await watched(trial)
    await trial.home.run("remind", by=trial.home.owner_id, event=str(trial.event_id))


async def posted(trial: Trial) -> None:
    """Have the bot post an event of that title, with one answer."""
    home = trial.home
    director = home.sandbox.director
    form = await director.command(home.owner_id, home.channel_id, "event create", {})
    values = {"event:title": trial.title, "event:start": "in 3 days", "event:every": "12h"}
    draft = await director.submit_modal(home.owner_id, form, values)
    await director.click(home.owner_id, draft, "draft:finish")
    trial.event_id = trial.newest()
    await home.react(trial.event_id, home.member_ids[:1])


async def crepes(trial: Trial) -> None:
    """Watch what is looked for."""
    trial.title = FOUND[trial.language]
    await watched(trial)


async def exported(trial: Trial) -> None:
    """Export a time zone, and take another one."""
    home = trial.home
    await home.run("settings zone", zone="Paris")
    (content,) = (await home.run("settings export")).files.values()
    await home.run("settings zone", zone="Tokyo")
    trial.options["file"] = Upload(trial.options["file"], content)


# What has to come of it


async def is_watched(trial: Trial) -> None:
    """The message is watched, at the interval that was typed or the default one."""
    assert trial.row("title, interval_minutes") == (trial.title, 120 if trial.options else 60)


async def is_created(trial: Trial, reply: InteractionReply) -> None:
    """The form leads to a draft, and its button to a post in the guild's language."""
    draft = await trial.fill_in(reply, title=trial.title, start=STARTS[trial.language], every="12h")
    trial.says("Begins")
    await trial.press(draft, "draft:finish")
    trial.says("Posted in {channel}, and watched.")
    event_id = trial.newest()
    title, starts_at = trial.row("title, starts_at", event_id)
    assert (title, datetime.fromisoformat(starts_at).hour) == (trial.title, 20)
    assert timedelta() < datetime.fromisoformat(starts_at) - datetime.now(UTC) < timedelta(days=2)
    trial.hold(posted_text(trial.home.sandbox.world.message(event_id)))
    trial.says("React below to answer. Who has not answered is reminded.")


async def is_edited(trial: Trial, reply: InteractionReply) -> None:
    """The form has what the event is, and what is changed there changed; who said yes is told the new start."""
    assert trial.title in trial.text
    draft = await trial.fill_in(reply, start=STARTS[trial.language], until="")
    assert " → " in trial.text
    before = trial.row("starts_at")
    await trial.press(draft, "draft:finish")
    assert trial.row("starts_at") < before
    trial.hold(*map(posted_text, await trial.home.wait_reminders(2)))


async def is_copied(trial: Trial, reply: InteractionReply) -> None:
    """The form has the same texts, and posts another event."""
    assert trial.title in trial.text
    draft = await trial.fill_in(reply, start=STARTS[trial.language])
    await trial.press(draft, "draft:finish")
    assert trial.newest() != trial.event_id
    assert trial.row("title, interval_minutes", trial.newest()) == trial.row("title, interval_minutes")


async def is_cancelled(trial: Trial, reply: InteractionReply) -> None:
    """It asks, then ends the event and says so on its post."""
    assert trial.row("state") == ("active",)
    await trial.press(reply, "confirm:yes")
    trial.says("Cancelled. Those who have answered are told in the channel.")
    assert trial.row("state") == ("completed",)
    trial.hold(posted_text(trial.home.sandbox.world.message(trial.event_id)))
    trial.says("Cancelled: {title}")
    told = await trial.home.wait_reminders(2)
    trial.hold(*map(posted_text, told))


async def is_reminded(trial: Trial) -> None:
    """One reminder is out, in the guild's language, to all but who has answered."""
    (post,) = await trial.home.wait_reminders()
    assert f"<@{trial.home.member_ids[0]}>" not in post.content
    assert all(f"<@{each}>" in post.content for each in trial.home.member_ids[1:])
    trial.hold(posted_text(post))
    trial.says("Your answer is missing:")


async def names_the_event(trial: Trial) -> None:
    """The answer is of this event."""
    assert trial.title in trial.text


async def names_who_is_missing(trial: Trial) -> None:
    """The answer names who has not answered."""
    assert f"<@{trial.home.member_ids[1]}>" in trial.text


async def is_over(trial: Trial) -> None:
    """It is watched no more."""
    assert trial.row("state, state_reason") == ("completed", "unwatched")


async def is_paused(trial: Trial) -> None:
    """It sends nothing."""
    assert trial.row("is_paused") == (1,)


async def goes_on(trial: Trial) -> None:
    """It sends again."""
    assert trial.row("is_paused") == (0,)


async def has_new_interval(trial: Trial) -> None:
    """The interval is what was typed."""
    assert trial.row("interval_minutes") == (1440,)


async def has_file(trial: Trial, reply: InteractionReply) -> None:
    """The answer has one file."""
    (name,) = reply.files
    assert name.endswith("-csv.zip" if trial.example.name == "export" else ".json")


async def zone_is_chosen(trial: Trial) -> None:
    """The server has the zone."""
    assert trial.settings() == {"zone": "Europe/Brussels"}


async def zone_is_back(trial: Trial) -> None:
    """The server has what was exported."""
    assert trial.settings() == {"zone": "Europe/Paris"}


async def away(trial: Trial) -> None:
    """Watch it, and be away."""
    await watched(trial)
    await trial.home.run("away", by=trial.person, until="in 2 days")


async def forgotten(trial: Trial) -> None:
    """Watch it, and be forgotten."""
    await watched(trial)
    asked = await trial.home.run("my forget", by=trial.person)
    await trial.home.sandbox.director.click(trial.person, asked, "confirm:yes")


async def own_zone_is_chosen(trial: Trial) -> None:
    """The member has the zone."""
    assert trial.choices() == {"zone": "Europe/Brussels"}


async def has_my_file(trial: Trial, reply: InteractionReply) -> None:
    """The file has the member's answer."""
    (content,) = reply.files.values()
    assert json.loads(content)["tables"]["reaction"][0]["user_id"] == str(trial.person)


async def is_forgotten(trial: Trial, reply: InteractionReply) -> None:
    """It asks, then nothing of the member is left."""
    assert trial.person in trial.home.answers(trial.event_id)
    await trial.press(reply, "confirm:yes")
    trial.says("You are forgotten. What was removed or cleared of your name:")
    assert trial.home.answers(trial.event_id) == {}


async def is_remembered(trial: Trial) -> None:
    """The reaction that is still there counts again."""
    home = trial.home
    await home.until(lambda: trial.person in home.answers(trial.event_id), "reading the reactions anew")


async def is_away(trial: Trial) -> None:
    """The absence is stored with its reason."""
    assert trial.choices().keys() == {"away_until", "away_reason"}


async def is_back(trial: Trial) -> None:
    """Nothing is left of it."""
    assert trial.choices() == {}


async def names_every_command(trial: Trial) -> None:
    """The answer lists as many commands as docs/commands.md."""
    assert trial.text.count(" — ") == len(sections())


async def nothing_more(_trial: Trial) -> None:
    """What it says is all."""


def posted_text(post: Message | Post) -> str:
    """Return what everybody reads of a message that the bot has posted."""
    return "\n".join([post.content, *map(embed_text, post.embeds)])
