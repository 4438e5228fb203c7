"""The graph for terminals: as an indented tree, or a table."""
