"""The topology of experiments as a picture: documents become a figure, a figure becomes Mermaid, DOT or SVG."""
