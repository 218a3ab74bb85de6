"""What the command cogs share: finding what is meant, doing it, and answering the one who asked."""
