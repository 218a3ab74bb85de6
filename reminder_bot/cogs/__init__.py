"""One cog per theme: reactions, session and audience listen; the others answer.

Cooldowns and errors stand before and behind every command.
"""
