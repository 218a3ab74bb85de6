"""An event that is being written: shown as it would be, with what changes it; nothing is done before its button."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from models.event_options import AudienceRule, OfferedAnswer
from reminder_bot.interactions.answers import answer
from reminder_bot.interactions.answers_select import AnswersSelect
from reminder_bot.interactions.audience_selects import MembersAsked, RolesAsked
from reminder_bot.interactions.event_cards import draft_card
from reminder_bot.interactions.event_draft import EventDraft, FormTexts, read_draft, texts_of
from reminder_bot.interactions.event_form import EventForm
from reminder_bot.interactions.views import Gate, GatedView
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.errors import UserError
from utils.i18n import _

Finish = Callable[[discord.Interaction, EventDraft], Awaitable[discord.Embed]]
"""Does what the draft is for, and returns what the caller is shown then."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a draft is for: a title for the form, a word for the button that does it, and what it does.

    ``before`` is the event that is changed, None for a new one; ``has_text`` whether its title and text may be written.
    """

    title: str
    verb: str
    finish: Finish
    before: EventDraft | None = None
    has_text: bool = True


class DraftView(GatedView):
    """A draft with its buttons. Everything it does costs as much as a command: ``gate`` says whether it may be."""

    def __init__(
        self,
        interaction: discord.Interaction,
        services: Services,
        guild: discord.Guild,
        draft: EventDraft,
        task: Task,
        gate: Gate,
    ) -> None:
        super().__init__(interaction, gate)
        self._services = services
        self._guild = guild
        self._draft = draft
        self._task = task
        self._typed: FormTexts | None = None
        self._drawn = interaction
        self._fill()

    def embed(self) -> discord.Embed:
        """Return what the message shows."""
        return draft_card(self._draft, self._task.before)

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Refuse everybody else, the caller when they are too fast, and who is no organiser any more."""
        if not await super().interaction_check(interaction):
            return False
        require_organiser(interaction, self._services.book.organiser_roles)
        return True

    async def open_form(self, clicked: discord.Interaction) -> None:
        """Ask for the texts, filled with what was typed last."""
        texts = self._typed or texts_of(self._services, self._guild.id, self._draft)
        form = EventForm(self._task.title, texts, self.fill_in, self.interaction_check, has_text=self._task.has_text)
        await clicked.response.send_modal(form)
        # An answer that was a form has no message to grey out.
        self._latest = self._drawn

    async def fill_in(self, filled: discord.Interaction, typed: FormTexts) -> None:
        """Take what was typed, and show the draft; what cannot be read is told, with a way back into the form."""
        if not filled.response.is_done():
            is_beside = filled.message is not None
            await (filled.response.defer() if is_beside else filled.response.defer(ephemeral=True, thinking=True))
        try:
            self._draft = read_draft(self._services, self._guild.id, typed, self._draft, self._task.before)
        except UserError as error:
            self._typed = typed
            await self._show(filled, str(error))
            return
        self._typed = None
        await self._show(filled, None)

    async def _show(self, interaction: discord.Interaction, trouble: str | None) -> None:
        self._drawn = self._latest = interaction
        self._fill()
        await answer(interaction, trouble, embed=None if trouble else self.embed(), view=self)

    async def _finish(self, clicked: discord.Interaction) -> None:
        await self.finish_once(clicked, lambda confirmed: self._task.finish(confirmed, self._draft))

    async def _discard(self, clicked: discord.Interaction) -> None:
        self.stop()
        await clicked.response.defer()
        await answer(clicked, _("Discarded. Nothing was changed."))

    async def _ask_roles(self, clicked: discord.Interaction, role_ids: Sequence[int]) -> None:
        # Everybody has this role: who chooses it chooses all.
        roles = tuple(sorted(each for each in role_ids if each != self._guild.id))
        await self._ask(clicked, replace(self._draft.options.audience, roles=roles))

    async def _ask_members(self, clicked: discord.Interaction, user_ids: Sequence[int]) -> None:
        await self._ask(clicked, replace(self._draft.options.audience, members=tuple(sorted(user_ids))))

    async def _offer(self, clicked: discord.Interaction, answers: Sequence[OfferedAnswer]) -> None:
        """Offer other answers; the click was deferred."""
        self._services.manager.answers.check(answers)
        self._draft = self._draft.offering(answers)
        await self._show(clicked, None)

    async def _ask(self, clicked: discord.Interaction, audience: AudienceRule) -> None:
        self._draft = replace(self._draft, options=replace(self._draft.options, audience=audience))
        await clicked.response.defer()
        await self._show(clicked, None)

    async def _toggle_tally(self, clicked: discord.Interaction) -> None:
        options = replace(self._draft.options, wants_tally=not self._draft.options.wants_tally)
        self._draft = replace(self._draft, options=options)
        await clicked.response.defer()
        await self._show(clicked, None)

    def _fill(self) -> None:
        """Put the buttons on the message that go with what it shows: of what cannot be read, only the way back."""
        self.clear_items()
        if self._typed is None:
            audience = self._draft.options.audience
            self.add_item(RolesAsked(self._guild, audience.roles, self._ask_roles))
            self.add_item(MembersAsked(self._guild, audience.members, self._ask_members))
            book, answers = self._services.book, self._draft.answers
            self.add_item(AnswersSelect(self._guild, book, answers, self.interaction_check, self._offer))
            self._button("finish", self._task.verb, self._finish, discord.ButtonStyle.success)
        self._button("form", _("Change"), self.open_form, discord.ButtonStyle.primary)
        if self._typed is None and (self._draft.starts_at or self._draft.answer_until):
            word = _("No final tally") if self._draft.options.wants_tally else _("Final tally")
            self._button("tally", word, self._toggle_tally, discord.ButtonStyle.secondary)
        self._button("discard", _("Discard"), self._discard, discord.ButtonStyle.secondary)

    def _button(
        self, name: str, label: str, press: Callable[[discord.Interaction], Awaitable[Any]], style: discord.ButtonStyle
    ) -> None:
        button: discord.ui.Button[DraftView] = discord.ui.Button(label=label, style=style, custom_id=f"draft:{name}")
        button.callback = press  # type: ignore[assignment, method-assign]
        self.add_item(button)
