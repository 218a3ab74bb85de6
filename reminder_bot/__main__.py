"""``python -m reminder_bot``: the same as the command ``reminder-bot``."""

from reminder_bot.cli import main

if __name__ == "__main__":
    main()
