"""How people answer, as cards: a table narrow enough for a phone, what is not in it, and the picture's words."""

from collections.abc import Mapping
from datetime import timedelta

import discord

from persistence.analytics import Analytics, EventFigures, ResponseTimes
from utils.embeds import paged_cards
from utils.formatting import number, one_line, plural
from utils.i18n import _, mark
from utils.pagination import paginate

TITLE_WIDTH = 14
ROWS_PER_PAGE = 10
PICTURE = "stats.png"

_UNITS = ((mark("d"), 86400), (mark("h"), 3600), (mark("m"), 60), (mark("s"), 1))

Rates = Mapping[int, tuple[int, int]]
"""Event → how many of those asked have answered, and how many are asked."""


def figure_cards(found: Analytics, rates: Rates) -> list[discord.Embed]:
    """Return a card for each page of events; ``rates`` may miss events, of which only the answers are told then."""
    header = _row(_("Event"), _("Answers"), "%", _("Half"), "90 %")
    overall = _overall(found)
    rows = [_event_row(event, rates.get(event.event_id)) for event in found.events]
    pages = [(*overall, "```", header, *page, "```") for page in paginate(rows, ROWS_PER_PAGE)]
    return paged_cards(_("How people answer"), pages)


def picture_words(found: Analytics) -> str:
    """Return what the picture shows, for those who cannot see it."""
    first = found.weeks[0].starts_on.isoformat()
    totals = {
        "weeks": plural(len(found.weeks), "week", "weeks"),
        "first": first,
        "answers": plural(sum(week.answers for week in found.weeks), "answer", "answers"),
        "most": number(max(week.answers for week in found.weeks)),
        "pings": plural(sum(week.pings for week in found.weeks), "ping", "pings"),
        "reminders": plural(sum(week.reminders for week in found.weeks), "reminder", "reminders"),
    }
    words = _("Lines over {weeks} from {first}: {answers}, at most {most} in a week; {reminders}; {pings}.")
    return words.format(**totals)


def _overall(found: Analytics) -> list[str]:
    [guild] = found.guilds
    lines = [
        _("{events}, {answers}, {reminders} with {pings}.").format(
            events=plural(guild.events, "event", "events"),
            answers=plural(guild.answers, "answer", "answers"),
            reminders=plural(guild.reminders, "reminder", "reminders"),
            pings=plural(guild.pings, "ping", "pings"),
        )
    ]
    if guild.responses.median is not None:
        half, most = _times(guild.responses)
        lines.append(
            _("Half of the answers came within {half}, nine in ten within {most}.").format(half=half, most=most)
        )
    if untimed := guild.answers - guild.responses.known:
        answers = plural(untimed, "answer", "answers")
        left_out = _(
            "Not in these times: {answers}, given before the event was watched or at a time that nobody knows."
        )
        lines.append(left_out.format(answers=answers))
    return lines


def _event_row(event: EventFigures, rate: tuple[int, int] | None) -> str:
    # A backtick would end the table.
    title = one_line(event.title, TITLE_WIDTH, str(event.event_id)).replace("`", "'")
    if rate is None:
        return _row(title, str(event.answers), "", *_times(event.responses))
    answered, asked = rate
    share = f"{round(100 * answered / asked)}" if asked else ""
    return _row(title, f"{answered}/{asked}", share, *_times(event.responses))


def _row(title: str, answers: str, share: str, half: str, most: str) -> str:
    return f"{title:<{TITLE_WIDTH}} {answers:>7} {share:>3} {half:>6} {most:>6}".rstrip()


def _times(responses: ResponseTimes) -> tuple[str, str]:
    return _short(responses.median), _short(responses.p90)


def _short(duration: timedelta | None) -> str:
    """Write a duration by its two largest units, as ``2h5m``: the table has to fit on a phone."""
    if duration is None:
        return "–"
    seconds = max(round(duration.total_seconds()), 1)
    words = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            words.append(f"{count}{_(unit)}")
        elif words:
            break
    return "".join(words[:2])
