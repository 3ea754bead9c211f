"""Dates in the forms news has them."""
