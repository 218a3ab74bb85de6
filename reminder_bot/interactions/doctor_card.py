"""The card of `/doctor`: what was found, a few findings at a time, each with what to do and a button where I can."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from reminder_bot.checkup import CheckReport, Checkup
from reminder_bot.doctor_findings import Finding, Topic
from reminder_bot.doctor_text import finding_text
from reminder_bot.interactions.channel_access import visible_among
from reminder_bot.interactions.doctor_mending import mend, mend_label
from reminder_bot.interactions.views import Gate, GatedView
from reminder_bot.services import Services
from utils.checks import require_organiser
from utils.embeds import DESCRIPTION_LIMIT, GREEN, RED, YELLOW, card
from utils.formatting import listing, plural, truncate
from utils.i18n import _

ON_A_PAGE = 4
"""Each may have a button, in a row of its own so that a phone shows all of what it says; the fifth row turns pages."""

FINDING_LIMIT = DESCRIPTION_LIMIT // (ON_A_PAGE + 1)
BUTTON_LIMIT = 80
"""Source: https://discord.com/developers/docs/components/reference#button"""


def doctor_card(
    report: CheckReport, shown: Sequence[Finding], hidden: int, page: int = 0, done: str = ""
) -> discord.Embed:
    """Return one page of the findings that its reader may see, of which there are ``hidden`` more; or that all is well.

    ``done`` is what has just been mended.
    """
    lines = [done] if done else []
    if not shown:
        lines.append(_("All is well.") if not hidden else _("All is well in the channels that you can see."))
    first = page * ON_A_PAGE
    for number, finding in enumerate(shown[first : first + ON_A_PAGE], start=first + 1):
        problem, remedy = finding_text(finding)
        mark = "🔴" if finding.is_urgent else "🟡"
        lines.append(truncate(f"{mark} **{number}.** {problem}\n→ {remedy}", FINDING_LIMIT))
    if hidden:
        findings = plural(hidden, "finding", "findings")
        lines.append(_("and {findings} in channels that you cannot see").format(findings=findings))
    lines.append(f"-# {_looked_at(report)}")
    colour = RED if any(one.is_urgent for one in shown) else YELLOW if shown or hidden else GREEN
    title = _("Check-up: {findings}").format(findings=plural(len(shown), "finding", "findings"))
    embed = card(title if shown else _("Check-up"), "\n\n".join(lines), colour)
    if (pages := page_count(shown)) > 1:
        embed.set_footer(text=_("Page {page} of {pages}").format(page=page + 1, pages=pages))
    return embed


def page_count(shown: Sequence[Finding]) -> int:
    """Return how many pages the findings fill, one for none."""
    return max(1, -(-len(shown) // ON_A_PAGE))


def _looked_at(report: CheckReport) -> str:
    told = _(
        "Looked at: {events} in {channels}, my permissions and who is asked there, where reminders go, emoji, changes "
        "of the clocks, the member list, my connection, clock and database."
    ).format(events=plural(report.events, "event", "events"), channels=plural(report.channels, "channel", "channels"))
    if not report.unknown:
        return told
    topics = {
        Topic.PLACES: _("where reminders go"),
        Topic.EMOJI: _("the emoji"),
        Topic.AUDIENCES: _("who is asked"),
        Topic.INTENTS: _("the intents"),
    }
    names = listing([name for topic, name in topics.items() if topic in report.unknown])
    return told + " " + _("Discord could not tell just now: {names}. Check again in a minute.").format(names=names)


class DoctorView(GatedView):
    """Shows findings, mends them for an organiser, and shows what is left."""

    def __init__(
        self,
        interaction: discord.Interaction,
        services: Services,
        checkup: Checkup,
        gate: Gate,
    ) -> None:
        super().__init__(interaction, gate)
        self._services = services
        self._checkup = checkup
        self._report = CheckReport((), 0, 0, 0, frozenset())
        self._shown: list[Finding] = []
        self._page = 0
        self._one_at_a_time = asyncio.Lock()

    async def look(self, member: discord.Member) -> None:
        """Look anew, as one member may see it.

        Raises:
            StorageError: the database cannot be read.
        """
        self._report = await self._checkup.look(member.guild)
        self._shown = await visible_among(member, self._report.findings)
        self._page = min(self._page, page_count(self._shown) - 1)
        self._fill()

    def embed(self, done: str = "") -> discord.Embed:
        """Return what the message shows."""
        hidden = len(self._report.findings) - len(self._shown)
        return doctor_card(self._report, self._shown, hidden, self._page, done)

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Refuse everybody else, the caller when they are too fast, and who is no organiser any more."""
        if not await super().interaction_check(interaction):
            return False
        require_organiser(interaction, self._services.book.organiser_roles)
        return True

    async def _mend(self, clicked: discord.Interaction[Any], finding: Finding) -> None:
        await clicked.response.defer()
        # A second press waits, and then finds nothing left to do.
        async with self._one_at_a_time:
            member = require_organiser(clicked, self._services.book.organiser_roles)
            done = await mend(self._services, self._checkup, member, finding)
            await self._draw_anew(clicked, f"✅ {done}")

    async def _again(self, clicked: discord.Interaction[Any]) -> None:
        await clicked.response.defer()
        async with self._one_at_a_time:
            await self._draw_anew(clicked)

    async def _draw_anew(self, clicked: discord.Interaction[Any], done: str = "") -> None:
        await self.look(require_organiser(clicked, self._services.book.organiser_roles))
        await clicked.edit_original_response(embed=self.embed(done), view=self)

    async def _turn(self, clicked: discord.Interaction[Any], by: int) -> None:
        self._page = min(max(self._page + by, 0), page_count(self._shown) - 1)
        self._fill()
        await clicked.response.edit_message(embed=self.embed(), view=self)

    def _fill(self) -> None:
        """Put a button under the page for each of its findings that can be mended, and those that lead elsewhere."""
        self.clear_items()
        first = self._page * ON_A_PAGE
        for place, finding in enumerate(self._shown[first : first + ON_A_PAGE]):
            if label := mend_label(finding):
                self.add_item(self._mend_button(place, first + place + 1, label, finding))
        last = page_count(self._shown) - 1
        if last:
            back, on = self._page == 0, self._page == last
            self.add_item(_Button("previous", _("Previous"), lambda clicked: self._turn(clicked, -1), disabled=back))
            self.add_item(_Button("next", _("Next"), lambda clicked: self._turn(clicked, 1), disabled=on))
        self.add_item(_Button("again", _("Check again"), self._again))

    def _mend_button(self, place: int, number: int, label: str, finding: Finding) -> "_Button":
        async def pressed(clicked: discord.Interaction[Any]) -> None:
            await self._mend(clicked, finding)

        style = discord.ButtonStyle.primary
        return _Button(f"mend:{number}", truncate(f"{number}. {label}", BUTTON_LIMIT), pressed, row=place, style=style)


class _Button(discord.ui.Button[DoctorView]):
    def __init__(
        self, name: str, label: str, act: Callable[[discord.Interaction[Any]], Awaitable[None]], **look: Any
    ) -> None:
        super().__init__(**{"custom_id": f"doctor:{name}", "label": label, "row": ON_A_PAGE, **look})
        self._act = act

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await self._act(interaction)
