"""Why something did not happen, as it is stored and logged: in English, and put into the reader's language when shown.

What raises or stores a reason does so in English, because a database and a log outlive whoever asked. A test holds the
sentences here against those in the code.
"""

import re
from functools import cache

from utils.i18n import SOURCE, _, language_in_force, mark

SENTENCES = (
    mark("{reason} Whether an earlier attempt had posted it could not be found out."),
    mark("Discord answered with status {status}."),
    mark("Discord asked to wait {seconds} seconds."),
    mark("Discord could not be reached."),
    mark("Discord did not take the message at the first attempt."),
    mark("Discord does not know it: {text}."),
    mark("Discord refused the request: {text} (status {status}, code {code})."),
    mark("Discord refused: {text}."),
    mark("Discord's gateway could not be reached."),
    mark("Discord's gateway gave no sign of life."),
    mark("I may not open threads here or write in them."),
    mark("I may not write in the channel chosen for reminders, embed links there or read its history."),
    mark("It was held back: the connection was lost, or somebody answered."),
    mark("Nothing can be written in the channel chosen for reminders."),
    mark("The answers are being read again."),
    mark("The answers of this event were changed while they were being read."),
    mark("The bot was removed from the server."),
    mark("The channel chosen for reminders does not exist any more."),
    mark("The channel is not one that members can be seen in."),
    mark("The channel was deleted."),
    mark("The member list of this server is not complete yet."),
    mark("The message was deleted."),
    mark("The server is not available at the moment."),
    mark("The thread for reminders is locked."),
    mark("The thread of the message was deleted."),
    mark("They cannot see the channel chosen for reminders."),
    # What Discord itself says most often.
    mark("Missing Access"),
    mark("Missing Permissions"),
    mark("Unknown Channel"),
    mark("Unknown Guild"),
    mark("Unknown Message"),
    mark("answers have closed"),
    mark("everybody in it has answered"),
    mark("the event is archived"),
    mark("the event is blocked"),
    mark("the event is completed"),
    mark("the event is not watched any more"),
    mark("the event was paused"),
    mark("it has begun"),
    mark("it was cancelled"),
    mark("unwatched"),
    mark("it was out of date by then"),
)
"""Every reason there is, with names in braces for what differs; those that hold others come first."""

_NAME = re.compile(r"\\\{([a-z]+)\\\}")


def reason_text(reason: object) -> str:
    """Return a reason in the language in force; one that is not known, or is in that language already, as it is."""
    text = str(reason)
    if language_in_force() == SOURCE:
        return text
    for sentence, pattern in _patterns():
        if match := pattern.fullmatch(text):
            return _(sentence).format(**{name: reason_text(value) for name, value in match.groupdict().items()})
    return text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, _pattern(sentence)) for sentence in SENTENCES)


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)
