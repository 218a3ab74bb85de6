"""The vocabulary: tables and records; no connection, no Discord."""
