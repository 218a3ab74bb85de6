"""The machinery: connection, threads, queries; no Discord."""
