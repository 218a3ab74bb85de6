"""Each room on its own; the tree mirrors the rooms."""
