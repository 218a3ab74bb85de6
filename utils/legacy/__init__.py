"""Readers of what the bot's earlier eras left on people's disks: JSON files and SQLite files, one era or several."""
