"""From a recorded computation to the neutral `viz.Graph`, without leaving a mark on it."""
