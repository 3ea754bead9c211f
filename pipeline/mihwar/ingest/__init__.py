"""Raw articles into a corpus."""
