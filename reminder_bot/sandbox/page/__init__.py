"""The sandbox's web page: a Discord to look at and to click."""
