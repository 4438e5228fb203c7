"""The rows of the module table, by family."""
