"""Captured calls: recorded once, then done again without Python in between; see `compiled`."""
