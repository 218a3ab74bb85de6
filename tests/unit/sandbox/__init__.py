"""Tests of the sandbox's parts that need no socket."""
