"""Numbered steps of the schema, each with an ``up`` and a ``down``; once released, a step is never edited."""
