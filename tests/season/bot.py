"""python -m tests.season.bot [MUTANT]: the bot as a season runs it, with one of its rules broken where one is named.

It does not make the real pauses that keep it within Discord's limits: a season has hundreds of messages in minutes.
"""

import sys

from tests.chaos.mutants import bot_arguments
from tests.season.mutants import MUTANTS

SETTLE_SECONDS = 0.03
CHANNEL_SECONDS = 0.2
DIRECT_SECONDS = 0.03


def hurry() -> None:
    """Take the pauses away, but for a breath."""
    from reminder_bot import attention, channel_lanes, direct_pace

    attention.SETTLE_SECONDS = SETTLE_SECONDS
    channel_lanes.CHANNEL_SECONDS = CHANNEL_SECONDS
    direct_pace.DIRECT_SECONDS = DIRECT_SECONDS
    direct_pace.NEW_PEOPLE = 1_000


if __name__ == "__main__":
    hurry()
    for name in sys.argv[1:]:
        MUTANTS[name][1]()
    from reminder_bot.cli import main

    with bot_arguments():
        main()
