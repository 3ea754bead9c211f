"""stability: which topics and themes come back with another seed."""
