"""Partners side by side."""
