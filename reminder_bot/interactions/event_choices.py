"""What a command's options choose of an event besides its text: times, whom it asks, where and when it reminds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import discord

from models.event_options import AudienceRule, EventOptions
from reminder_bot.interactions.audience_option import read_audience
from reminder_bot.interactions.event_draft import EventDraft
from reminder_bot.interactions.event_times import read_time
from reminder_bot.interactions.place_text import Chosen, read_place
from reminder_bot.interactions.setting_forms import read_before
from reminder_bot.services import Services
from utils.errors import UserError
from utils.i18n import _, mark

AUDIENCE = mark("Who is asked, such as @Raiders -@Bench; left out: as the server has chosen")
REMIND_IN = mark("Where reminders go: the channel, a thread of the message, or another channel")
BEFORE = mark("How long before the start those who said yes are reminded, such as 1d, 1h")


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; None for what was left out, which stays as it is."""

    starts_at: datetime | None = None
    answer_until: datetime | None = None
    audience: AudienceRule | None = None
    place: Chosen | None = None
    before_minutes: tuple[int, ...] | None = None
    interval: timedelta | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether everything was left out but, at most, the interval."""
        chosen = (self.starts_at, self.answer_until, self.audience, self.place, self.before_minutes)
        return all(one is None for one in chosen)

    def on(self, draft: EventDraft) -> EventDraft:
        """Return a draft with what was chosen."""
        return replace(
            draft,
            starts_at=self.starts_at or draft.starts_at,
            answer_until=self.answer_until or draft.answer_until,
            interval=self.interval or draft.interval,
            options=self._options(draft.options),
        )

    def _options(self, options: EventOptions) -> EventOptions:
        if self.audience is not None:
            options = replace(options, audience=self.audience)
        if self.place is not None:
            options = replace(options, place=self.place[0], place_channel_id=self.place[1])
        if self.before_minutes is not None:
            options = replace(options, before_minutes=self.before_minutes)
        return options


async def read_choices(
    services: Services,
    member: discord.Member,
    *,
    start: str | None = None,
    until: str | None = None,
    audience: str | None = None,
    remind_in: str | None = None,
    before: str | None = None,
    interval: timedelta | None = None,
) -> Choices:
    """Read what somebody typed into a command's options.

    Raises:
        UserError: one cannot be read, or the times cannot be; the sentence says what to write instead.
        DiscordError: a channel cannot be looked at now.
    """
    if any(text is not None and not text.strip() for text in (start, until, before)):
        raise UserError(_("One of the options holds nothing that can be read. Leave it out instead."))
    guild_id = member.guild.id
    starts_at, answer_until = read_time(services, guild_id, start), read_time(services, guild_id, until)
    services.manager.planning.check(starts_at, answer_until)
    return Choices(
        starts_at=starts_at,
        answer_until=answer_until,
        audience=None if audience is None else await read_audience(audience, member.guild),
        place=None if remind_in is None else await read_place(remind_in, member),
        before_minutes=None if before is None else read_before(before),
        interval=interval,
    )
