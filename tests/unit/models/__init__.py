"""Tests of the tables, the schema and its steps."""
