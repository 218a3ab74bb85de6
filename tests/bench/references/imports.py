"""The libraries alone: import them, say so, and wait for the end, as ``python -m tests.bench.references.imports``."""

import sys

import apscheduler.schedulers.asyncio
import click
import discord.ext.commands
import peewee

if __name__ == "__main__":
    for module in (apscheduler.schedulers.asyncio, discord.ext.commands, peewee):
        click.echo(module.__name__)
    click.echo("imported")
    sys.stdout.flush()
    sys.stdin.read()
