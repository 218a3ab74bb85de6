"""One cog per theme: reactions, session and audience listen; watching, organising, viewing and upkeep answer.

Cooldowns and errors stand before and behind every command.
"""
