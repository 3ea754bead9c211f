"""Views: what both the page and the DataFrames derive from artifacts, as Arrow tables."""
