"""An emulated Kadeploy 3 server: it images the lab's nodes, in a hurry, with the real one's habits."""
