"""Where boxes, frames, labels and wires stand; nothing here knows of graphs or of SVG."""
