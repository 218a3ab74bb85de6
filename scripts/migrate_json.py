"""Move the old bot's files into the database: the same as ``reminder-bot import-json``, from a checkout."""

import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    # Run by its path, Python would look for the project's packages in this folder.
    root = str(Path(__file__).resolve().parents[1])
    if root not in sys.path:
        sys.path.insert(0, root)
    from reminder_bot.import_commands import import_json

    import_json(prog_name="migrate_json.py")


if __name__ == "__main__":
    main()
