"""`reminder-bot db`, each command as a person types it."""
