"""Tests of the connection, its threads and the stores."""
