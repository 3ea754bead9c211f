"""Results into figures to trust them by."""
