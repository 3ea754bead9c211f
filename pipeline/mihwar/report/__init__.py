"""Everything made into a page."""
