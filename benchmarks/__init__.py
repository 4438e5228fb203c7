"""The same work timed beside torch, in one run (``make bench``)."""
