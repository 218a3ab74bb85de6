"""The oracle of a season: holds every message, and every one that did not come, against the written rules.

It imports nothing of the application: quiet hours, the rules of who is told what, and what its texts say are worked out
anew. What goes in is what people did and when, and what was posted.
"""

from collections.abc import Sequence

from tests.season.facts import Finding, Message, Story
from tests.season.ladder import climbed
from tests.season.owing import owed
from tests.season.planned import untold
from tests.season.repeats import repeated
from tests.season.sound import sound
from tests.season.tongue import spoken


def judge(story: Story, messages: Sequence[Message]) -> list[Finding]:
    """Return what was wrong; nothing where everything came as the rules say."""
    found = list(messages)
    rules = (sound, repeated, owed, untold, climbed, spoken)
    return [finding for rule in rules for finding in rule(story, found)]
