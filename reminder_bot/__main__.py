"""``python -m reminder_bot``: the same as the command ``reminder-bot``."""

import sys


def start() -> None:
    """Run the command line; a Ctrl-C while it is still being loaded ends it as quietly as a later one."""
    try:
        from reminder_bot.cli import main

        main()
    except KeyboardInterrupt:
        # The shell's number for a program that Ctrl-C has ended.
        sys.exit(130)


if __name__ == "__main__":
    start()
