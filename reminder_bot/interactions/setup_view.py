"""The set-up of a guild in three steps, each of which may be skipped; nothing needs it."""

from typing import Any

import discord

from reminder_bot.interactions.answers import NETWORK_ERRORS
from reminder_bot.interactions.setting_components import Press
from reminder_bot.interactions.setting_controls import controls_of
from reminder_bot.interactions.setting_texts import SHOWN, is_chosen, title_of
from reminder_bot.interactions.setting_words import value_text
from reminder_bot.interactions.settings_page import SettingsPage
from reminder_bot.interactions.views import Gate
from reminder_bot.services import Services
from utils.embeds import card
from utils.i18n import _, mark

STEPS = (
    (mark("Language and time zone"), ("language", "zone")),
    (mark("Quiet hours and silence"), ("quiet_hours", "is_silent")),
    (mark("Who is told, and who organises"), ("log_channel_id", "organiser_roles")),
)
"""What each step is called, and the settings in it."""

BUTTON_LIMIT = 80

NAVIGATION_ROW = 4
"""The last of the rows that Discord has: what changes something stays apart from what leads on."""

Clicked = discord.Interaction[Any]


class SetupView(SettingsPage):
    """The offer of the steps, the steps, and what came of them; ``step`` counts from 1, and 0 is the offer."""

    def __init__(
        self, interaction: discord.Interaction, services: Services, guild: discord.Guild, gate: Gate, step: int = 1
    ) -> None:
        super().__init__(interaction, services, guild, gate)
        self._step = step
        self._offer: discord.WebhookMessage | None = None
        self.fill()

    async def offer(self, interaction: discord.Interaction) -> None:
        """Show the message beside an answer that was given; sends one message that the caller alone sees."""
        self._offer = await interaction.followup.send(
            embed=self.embed(), view=self, ephemeral=True, wait=True, allowed_mentions=discord.AllowedMentions.none()
        )

    def embed(self) -> discord.Embed:
        """Return what the message shows."""
        if self._step == 0:
            return _offer_card()
        if self._step > len(STEPS):
            return self._last_card()
        name, settings = STEPS[self._step - 1]
        intro = _("Step {step} of {count}. What you choose is in force at once; `/settings setup` leads back here.")
        embed = card(_(name), intro.format(step=self._step, count=len(STEPS)))
        for setting in settings:
            self._add(embed, setting, f"-# {_(SHOWN[setting].what)}")
        if "organiser_roles" in settings and not self._may_choose_roles:
            embed.set_footer(text=_("Only members with Manage Server may choose who organises."))
        return embed

    def fill(self) -> None:
        """Put the components on the message that go with its step."""
        self.clear_items()
        if self._step == 0:
            self.add_item(Press("setup_begin", _("Set up"), self._next, style=discord.ButtonStyle.primary))
            self.add_item(Press("setup_skip", _("Not now"), self._end))
            return
        if self._step > len(STEPS):
            return
        _name, settings = STEPS[self._step - 1]
        for setting in settings:
            if setting != "organiser_roles" or self._may_choose_roles:
                self._add_controls(setting)
        if self._step > 1:
            self.add_item(Press("setup_back", _("Back"), self._back, row=NAVIGATION_ROW))
        is_last = self._step == len(STEPS)
        is_passed = not any(is_chosen(setting, self.settings) for setting in settings)
        label = _("Done") if is_last else _("Skip") if is_passed else _("Next")
        self.add_item(Press("setup_next", label, self._next, style=discord.ButtonStyle.success, row=NAVIGATION_ROW))
        if not is_last:
            self.add_item(Press("setup_done", _("Done"), self._end, row=NAVIGATION_ROW))

    async def on_timeout(self) -> None:
        """Grey everything out."""
        if self._offer is None:
            await super().on_timeout()
            return
        # Nobody has clicked: what the command answered is another message.
        for item in self.children:
            if isinstance(item, discord.ui.Button):
                item.disabled = True
        try:
            await self._offer.edit(view=self)
        except NETWORK_ERRORS:
            return

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Check as every page of settings does; from the first click on, the click leads to the message."""
        if not await super().interaction_check(interaction):
            return False
        self._offer = None
        return True

    @property
    def _may_choose_roles(self) -> bool:
        return self._latest.permissions.manage_guild

    def _add_controls(self, setting: str) -> None:
        for item in controls_of(setting, self):
            if isinstance(item, discord.ui.Button):
                # Two settings share the message: each button says whose it is.
                item.style = discord.ButtonStyle.secondary
                item.label = _("{setting}: {action}").format(setting=title_of(setting), action=item.label)[
                    :BUTTON_LIMIT
                ]
            self.add_item(item)

    def _add(self, embed: discord.Embed, setting: str, what: str) -> None:
        value = value_text(setting, self.guild, self.services.book)
        embed.add_field(name=title_of(setting), value=f"{value}\n{what}".strip(), inline=False)

    def _last_card(self) -> discord.Embed:
        embed = card(_("Your set-up"), _("Change it at any time: `/settings show` has all settings."))
        for setting in (setting for _name, settings in STEPS for setting in settings):
            self._add(embed, setting, "")
        return embed

    async def _next(self, clicked: Clicked) -> None:
        self._step += 1
        await self._show(clicked)

    async def _back(self, clicked: Clicked) -> None:
        self._step -= 1
        await self._show(clicked)

    async def _end(self, clicked: Clicked) -> None:
        if self._step == 0:
            self.clear_items()
            self.stop()
            text = _("All right. `/settings setup` brings it back at any time, and `/settings show` has all settings.")
            await clicked.response.edit_message(content=text, embed=None, view=None)
            return
        self._step = len(STEPS) + 1
        await self._show(clicked)

    async def _show(self, clicked: Clicked) -> None:
        await self.draw(clicked)
        if self._step > len(STEPS):
            self.stop()


def _offer_card() -> discord.Embed:
    return card(
        _("Set up this server?"),
        _(
            "Three short steps: language and time zone, quiet hours, a channel for what organisers should know. "
            "Each may be skipped, and I work without them. `/settings setup` brings this back at any time."
        ),
    )
