"""What the command cogs share."""
