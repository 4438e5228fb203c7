"""The tests: every operator against torch, the engine's meaning, the pictures, the package."""
