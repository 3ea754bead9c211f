"""Texts into words for topic models."""
