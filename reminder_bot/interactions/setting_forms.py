"""Settings as people type them: intervals, times before a start, answers; and the form they type them into."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import discord

from models.event_options import BEFORE_LIMIT, LONGEST_MINUTES, USUAL_MEANINGS, AnswerChoice, Meaning
from models.setting_json import FEWEST_ANSWERS, LABEL_LIMIT, MOST_ANSWERS, Answers
from reminder_bot.discord_errors import discord_errors
from reminder_bot.interactions.answers import answer_error
from reminder_bot.interactions.heard_clicks import note_heard
from utils.durations import parse_duration, parse_durations, require_between
from utils.emoji import emoji_matcher, is_emoji
from utils.errors import InvalidEmojiError, InvalidIntervalError, UserError
from utils.folding import folded
from utils.formatting import clean_text, escape_text, truncate
from utils.i18n import _

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(minutes=LONGEST_MINUTES)
FORM_LIMIT = 1500

Submit = Callable[[discord.Interaction, str], Awaitable[None]]
Check = Callable[[discord.Interaction[Any]], Awaitable[bool]]

_MEANINGS = MappingProxyType(
    {
        **dict.fromkeys(("yes", "oui"), Meaning.YES),
        **dict.fromkeys(("no", "non"), Meaning.NO),
        **dict.fromkeys(("maybe", "peut-etre"), Meaning.MAYBE),
        **dict.fromkeys(("other", "autre"), Meaning.OTHER),
    }
)
"""What people write, in every language alike, without accents; as with durations, no matter which they read."""

_NAMED = re.compile(r":([A-Za-z0-9_]{2,32}):")
_CUSTOM_ID = re.compile(r"<a?:\w+:([0-9]+)>")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form asks for: one text. ``label`` has at most 45 characters, ``hint`` 100."""

    title: str
    label: str
    hint: str
    given: str
    is_long: bool = False
    is_required: bool = True


class SettingForm(discord.ui.Modal):
    """One text to fill in; ``submit`` gets what was written."""

    def __init__(self, form: Form, check: Check, submit: Submit) -> None:
        # No id of its own choice: discord.py knows forms by their id alone, and would mix those of different people up.
        super().__init__(title=truncate(form.title, 45), timeout=600.0)
        self._check = check
        self._submit = submit
        self._text: discord.ui.TextInput[SettingForm] = discord.ui.TextInput(
            style=discord.TextStyle.long if form.is_long else discord.TextStyle.short,
            custom_id="settings:text",
            default=form.given or None,
            required=form.is_required,
            max_length=FORM_LIMIT,
        )
        label, hint = truncate(form.label, 45), truncate(form.hint, 100)
        self.add_item(discord.ui.Label(text=label, description=hint, component=self._text))

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Check as the message does from which it was opened; it also puts the caller's language in force."""
        note_heard(interaction)
        return await self._check(interaction)

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Hand on what was written."""
        await self._submit(interaction, self._text.value)

    # A form has no item that failed: discord.py hands a modal the error alone.
    async def on_error(  # type: ignore[override]
        self, interaction: discord.Interaction, error: Exception, /
    ) -> None:
        """Answer with the error's sentence, beside the message."""
        await answer_error(interaction, error)


def read_minutes(text: str) -> int:
    """Read a duration of whole minutes.

    Raises:
        InvalidIntervalError: it is none, or out of bounds.
    """
    return _minutes(parse_duration(text))


def read_before(text: str) -> tuple[int, ...]:
    """Read how long before a start people are reminded: durations with commas between, longest first; none for nothing.

    Raises:
        InvalidIntervalError: one is no duration, one is out of bounds, or there are more than five.
    """
    if not text.strip():
        return ()
    found = parse_durations(text)
    if len(found) > BEFORE_LIMIT:
        raise InvalidIntervalError(
            _("At most {count} times before the start are possible. Write them like 1d, 1h.").format(count=BEFORE_LIMIT)
        )
    return tuple(dict.fromkeys(_minutes(each) for each in found))


async def read_answers(text: str, guild: discord.Guild) -> Answers:
    """Read answers as `answers_text` writes them: on each line an emoji, its meaning, and a label or none.

    The meaning may be left out for ✅, ❌ and ❓. ``:name:`` is a custom emoji of the guild: Discord is asked for them.

    Raises:
        UserError: it cannot be read so; the sentence quotes what, and says what to write instead.
        DiscordError: Discord could not be asked for the guild's emoji.
    """
    lines = [part for line in clean_text(text).split("\n") for part in _parts(line) if part]
    own = await guild_emoji(guild) if any("<" in line or _NAMED.match(line) for line in lines) else {}
    answers = tuple(_answer(line, own) for line in lines)
    if not FEWEST_ANSWERS <= len(answers) <= MOST_ANSWERS:
        raise UserError(
            _("An event has {least} to {most} answers. Write each on a line of its own, such as:").format(
                least=FEWEST_ANSWERS, most=MOST_ANSWERS
            )
            + _example()
        )
    if len(emoji_matcher(emoji for emoji, _choice in answers)) < len(answers):
        raise InvalidEmojiError(_("Each emoji may be given only once: one reaction cannot say two things."))
    return answers


async def guild_emoji(guild: discord.Guild) -> dict[str, str]:
    """Return a guild's custom emoji, by id and by ``:name:``, as texts have them.

    Raises:
        DiscordError: Discord could not be asked.
    """
    # Not from the cache: the bot does not ask for the frames that would keep it up.
    with discord_errors():
        found = await guild.fetch_emojis()
    written = {f":{emoji.name}:": str(emoji) for emoji in found}
    return written | {str(emoji.id): str(emoji) for emoji in found}


def usable_emoji(emoji: str, own: dict[str, str]) -> str:
    """Return an emoji as Discord writes it, a custom one by what the guild has.

    Raises:
        InvalidEmojiError: it is a custom emoji of another guild, or none at all.
    """
    custom = _CUSTOM_ID.fullmatch(emoji)
    found = own.get(custom[1] if custom else emoji)
    if found is not None:
        return found
    if custom or not is_emoji(emoji):
        shown = escape_text(truncate(emoji, 40))
        raise InvalidEmojiError(
            _("“{text}” is no emoji that I can use: take a usual one, or one that this server has.").format(text=shown)
        )
    return emoji


def _minutes(duration: timedelta) -> int:
    return round(require_between(duration, SHORTEST, LONGEST).total_seconds() / 60)


def _parts(line: str) -> list[str]:
    """Cut a line where a comma comes before another emoji: “✅ yes Coming, ❌ no” are two answers."""
    pieces = [piece.strip() for piece in line.split(",")]
    begins = [0, *(at for at, piece in enumerate(pieces) if at and _begins_answer(piece)), len(pieces)]
    return [", ".join(pieces[first:end]).strip() for first, end in pairwise(begins)]


def _begins_answer(text: str) -> bool:
    word = text.split(maxsplit=1)[0] if text else ""
    return is_emoji(word) or _NAMED.fullmatch(word) is not None


def _answer(line: str, own: dict[str, str]) -> tuple[str, AnswerChoice]:
    written, *words = line.split()
    emoji = usable_emoji(written, own)
    meaning = _MEANINGS.get(folded(words[0]).rstrip(",.;:")) if words else None
    if meaning is not None:
        words = words[1:]
    else:
        meaning = USUAL_MEANINGS.get(emoji)
    if meaning is None:
        raise UserError(
            _("After {emoji}, write what it says: yes, no, maybe or other. For example:").format(emoji=emoji)
            + _example()
        )
    label = " ".join(words)
    if len(label) > LABEL_LIMIT:
        raise UserError(
            _("The text after {emoji} is too long: at most {count} characters.").format(emoji=emoji, count=LABEL_LIMIT)
        )
    return emoji, AnswerChoice(meaning, label)


def _example() -> str:
    return "\n" + _("✅ yes Coming\n❌ no\n❓ maybe")
