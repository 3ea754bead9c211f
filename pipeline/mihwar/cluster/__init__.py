"""Points into topics."""
