"""The embedded corpus: data only."""
