"""The ground floor: artifacts, stages, the store, and what every room may use."""
