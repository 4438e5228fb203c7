"""Whole steps as users write them, timed beside torch and other engines (``make bench``)."""
