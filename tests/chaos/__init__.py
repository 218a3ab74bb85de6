"""The proof: a real bot under faults, and an oracle outside it that knows the truth."""
