"""The real bot process against the sandbox, over real sockets."""
