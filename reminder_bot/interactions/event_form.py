"""The form in which an event is written: Discord's five fields."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from reminder_bot.interactions.answers import answer_error
from reminder_bot.interactions.event_draft import TEXT_LIMIT, FormTexts
from reminder_bot.interactions.heard_clicks import note_heard
from utils.formatting import TITLE_LIMIT, truncate
from utils.i18n import _, language_in_force
from utils.moments.languages import language_of

Submit = Callable[[discord.Interaction, FormTexts], Awaitable[None]]
Check = Callable[[discord.Interaction[Any]], Awaitable[bool]]

LABEL_LIMIT = 45
HINT_LIMIT = 100
"""Source: https://discord.com/developers/docs/components/reference#label"""

TIME_LIMIT = 100


class EventForm(discord.ui.Modal):
    """Title, what and where, when, how often, until when; without the first two for a message of somebody's own."""

    def __init__(self, title: str, texts: FormTexts, submit: Submit, check: Check, *, has_text: bool) -> None:
        # No id of its own choice: discord.py knows forms by their id alone, and would mix those of different people up.
        super().__init__(title=truncate(title, LABEL_LIMIT), timeout=600.0)
        self._submit = submit
        self._check = check
        self._texts = texts
        self._fields: dict[str, discord.ui.TextInput[EventForm]] = {}
        one, other = language_of(language_in_force()).examples[:2]
        if has_text:
            self._ask("title", _("Title"), None, TITLE_LIMIT, is_required=True)
            self._ask("text", _("What and where"), None, TEXT_LIMIT, is_long=True)
        hint = _("Such as “{one}” or “{other}”; leave it empty for no start").format(one=one, other=other)
        self._ask("start", _("Begins"), hint, TIME_LIMIT)
        self._ask("every", _("Interval"), _("Such as 12h or 1d; reminds only those who have not answered"), TIME_LIMIT)
        hint = _("Nobody is asked after that; leave it empty for until it begins")
        self._ask("until", _("Answer until"), hint, TIME_LIMIT)

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Put the caller's language in force, and let pass whom the opener lets pass."""
        note_heard(interaction)
        return await self._check(interaction)

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Hand on what was written."""
        typed = {name: field.value for name, field in self._fields.items()}
        kept = {"title": self._texts.title, "text": self._texts.text}
        await self._submit(interaction, FormTexts(**{**kept, **typed}))

    async def on_error(  # type: ignore[override]  # a form has no item that failed
        self, interaction: discord.Interaction, error: Exception, /
    ) -> None:
        """Answer with the error's sentence."""
        await answer_error(interaction, error)

    def _ask(
        self,
        name: str,
        label: str,
        hint: str | None,
        limit: int,
        *,
        is_long: bool = False,
        is_required: bool = False,
    ) -> None:
        field = self._fields[name] = discord.ui.TextInput(
            style=discord.TextStyle.long if is_long else discord.TextStyle.short,
            custom_id=f"event:{name}",
            default=getattr(self._texts, name)[:limit] or None,
            required=is_required,
            max_length=limit,
        )
        description = None if hint is None else truncate(hint, HINT_LIMIT)
        self.add_item(discord.ui.Label(text=truncate(label, LABEL_LIMIT), description=description, component=field))
