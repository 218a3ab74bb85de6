"""One answer of one person as a line: what, to which event, and since when."""

from models.records import UNKNOWN_ANSWER
from models.shown_records import PersonAnswer
from utils.embeds import LINE_TITLE_LIMIT
from utils.formatting import escape_text, one_line
from utils.i18n import _
from utils.time import timestamp_tag


def answer_line(answer: PersonAnswer) -> str:
    """Return one answer in one line."""
    title = escape_text(one_line(answer.title, LINE_TITLE_LIMIT, str(answer.event_id)))
    address = f"https://discord.com/channels/{answer.guild_id}/{answer.channel_id}/{answer.event_id}"
    given = _("reaction not read yet") if answer.emoji == UNKNOWN_ANSWER else answer.emoji
    when = _("when is not known") if answer.reacted_at is None else timestamp_tag(answer.reacted_at)
    return f"{given} · [{title}]({address}) · <#{answer.channel_id}> · {when}"
