"""Topics into words."""
