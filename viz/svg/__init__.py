"""The graph as SVG, drawn with the layout of our own."""
