"""Programs to run: ``python -m demos.std_graph``."""
