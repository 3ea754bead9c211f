"""What the web left in a text, taken out."""
