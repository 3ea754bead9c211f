"""Vectors into few dimensions."""
