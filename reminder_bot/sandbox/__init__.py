"""A Discord on loopback: gateway and REST for the real client library, and people to play with, for demos and tests."""
