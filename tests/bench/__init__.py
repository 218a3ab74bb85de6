"""Measurements: not run by the tests, each with a make target of its own."""
