"""A member's choices as one message that is changed in place, for that member alone."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from models.guild_settings import GuildSettings
from models.member_choices import Contact, MemberChoices, QuietChoice
from models.quiet_hours import QuietHours
from reminder_bot.interactions.channel_access import visible_channels
from reminder_bot.interactions.choices_card import choices_card, contact_label, quiet_label
from reminder_bot.interactions.people_selects import RolesSelect
from reminder_bot.interactions.quiet_text import quiet_text, read_quiet_hours
from reminder_bot.interactions.setting_forms import Form, SettingForm
from reminder_bot.interactions.views import Gate, GatedView
from reminder_bot.member_desk import OwnEvent
from reminder_bot.services import Services
from utils.formatting import one_line
from utils.i18n import _

OWN_HOURS = "own"
MOST_OPTIONS = 25
LABEL_LIMIT = 100

Clicked = discord.Interaction[Any]
Act = Callable[[Clicked], Awaitable[None]]
Take = Callable[[Clicked, str], Awaitable[None]]


class ChoicesView(GatedView):
    """Shows what a member has chosen, and changes it."""

    def __init__(
        self, interaction: discord.Interaction, services: Services, member: discord.Member, gate: Gate
    ) -> None:
        super().__init__(interaction, gate)
        self._drawn = interaction
        self._services = services
        self._member = member
        self._set_aside: Sequence[OwnEvent] = ()

    @property
    def _key(self) -> tuple[int, int]:
        return self._member.guild.id, self._member.id

    @property
    def _choices(self) -> MemberChoices:
        return self._services.desk.choices(*self._key)

    @property
    def _of_guild(self) -> GuildSettings:
        return self._services.book.of(self._member.guild.id)

    async def load(self) -> discord.Embed:
        """Read what the message shows, and put the components on it that go with it.

        Raises:
            DiscordError: what the member is asked about cannot be told at the moment.
        """
        found = await self._services.desk.own_events(*self._key)
        aside = [own for own in found if own.is_declined or own.snoozed_until is not None]
        seen = await visible_channels(self._member, (own.event.channel_id for own in aside))
        self._set_aside = [own for own in aside if own.event.channel_id in seen]
        self._fill()
        zone, now = self._services.desk.zone(*self._key), self._services.clock.now()
        return choices_card(self._choices, self._of_guild, zone, self._set_aside, now)

    async def _apply(self, clicked: Clicked, **changes: Any) -> None:
        if not clicked.response.is_done():
            await clicked.response.defer()
        await self._services.desk.require_known(self._member.id)
        await self._services.desk.choose(*self._key, **changes)
        await self._draw(clicked)

    async def _draw(self, interaction: Clicked) -> None:
        self._drawn = self._latest = interaction
        embed = await self.load()
        await interaction.edit_original_response(embed=embed, view=self)

    async def _choose_contact(self, clicked: Clicked, value: str) -> None:
        await self._apply(clicked, contact=Contact(value))

    async def _choose_roles(self, clicked: Clicked, role_ids: Sequence[int]) -> None:
        # Everybody has this role: who chooses it chooses all.
        chosen = () if self._member.guild.id in role_ids else tuple(sorted(role_ids))
        await self._apply(clicked, only_roles=chosen)

    async def _choose_quiet(self, clicked: Clicked, value: str) -> None:
        if value != OWN_HOURS:
            await self._apply(clicked, quiet=QuietChoice(value))
            return
        given = self._choices.quiet
        form = Form(
            _("Quiet hours"),
            _("From when to when"),
            _("Such as 22:00-07:00, by your own clock"),
            quiet_text(given) if isinstance(given, QuietHours) else "",
        )
        await clicked.response.send_modal(SettingForm(form, self.interaction_check, self._take_hours))
        # An answer that was a form has no message to grey out.
        self._latest = self._drawn

    async def _take_hours(self, filled: discord.Interaction, text: str) -> None:
        hours = read_quiet_hours(text)
        await self._apply(filled, quiet=hours)

    async def _toggle_direct(self, clicked: Clicked) -> None:
        await self._apply(clicked, wants_direct=not self._choices.wants_direct)

    async def _use_server_clock(self, clicked: Clicked) -> None:
        await self._apply(clicked, zone=None)

    async def _ask_again(self, clicked: Clicked, value: str) -> None:
        await clicked.response.defer()
        guild_id, user_id = self._key
        await self._services.desk.take_up(guild_id, int(value), user_id)
        await self._services.desk.end_snooze(guild_id, int(value), user_id)
        await self._draw(clicked)

    def _fill(self) -> None:
        """Put the components on the message that go with what it shows."""
        self.clear_items()
        choices, hours = self._choices, self._of_guild.quiet_hours
        self._select("contact", _("Where"), _contact_options(choices), self._choose_contact)
        self.add_item(
            RolesSelect(
                self._member.guild,
                "mine:roles",
                _("Only events of these roles"),
                choices.only_roles,
                self._choose_roles,
            )
        )
        self._select(
            "quiet",
            f"{_('Quiet hours')} ({quiet_label(choices.quiet, hours)})",
            _quiet_options(choices, hours),
            self._choose_quiet,
        )
        if self._set_aside:
            self._select("aside", _("Remind me of an event again"), _aside_options(self._set_aside), self._ask_again)
        if choices.contact is not Contact.DIRECT:
            label = _("Do not write to me directly") if choices.wants_direct else _("You may write to me directly")
            self._button("direct", label, self._toggle_direct)
        if choices.zone is not None:
            self._button("zone", _("This server's clock"), self._use_server_clock)

    def _select(self, name: str, placeholder: str, options: list[discord.SelectOption], take: Take) -> None:
        select: discord.ui.Select[ChoicesView] = discord.ui.Select(
            custom_id=f"mine:{name}", placeholder=placeholder, options=options
        )

        async def chosen(clicked: Clicked) -> None:
            await take(clicked, select.values[0])

        select.callback = chosen  # type: ignore[assignment, method-assign]
        self.add_item(select)

    def _button(self, name: str, label: str, act: Act) -> None:
        button: discord.ui.Button[ChoicesView] = discord.ui.Button(label=label, custom_id=f"mine:{name}")
        button.callback = act  # type: ignore[assignment, method-assign]
        self.add_item(button)


def _contact_options(choices: MemberChoices) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=contact_label(each), value=each.value, default=each is choices.contact)
        for each in Contact
    ]


def _quiet_options(choices: MemberChoices, of_guild: str | None) -> list[discord.SelectOption]:
    options = [
        discord.SelectOption(label=quiet_label(each, of_guild), value=each.value, default=each is choices.quiet)
        for each in QuietChoice
    ]
    # Never marked: whoever has hours of their own chooses it to write others, and of what is marked no click is told.
    is_own = isinstance(choices.quiet, QuietHours)
    options.append(
        discord.SelectOption(label=_("Other hours of my own") if is_own else _("Hours of my own"), value=OWN_HOURS)
    )
    return options


def _aside_options(set_aside: Sequence[OwnEvent]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=one_line(own.event.title, LABEL_LIMIT, str(own.event.message_id)), value=str(own.event.message_id)
        )
        for own in set_aside[:MOST_OPTIONS]
    ]
