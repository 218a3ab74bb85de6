"""The figures: how fast the bot is, each beside the limit of its parts (`make bench`)."""
