"""Sources of articles into records: files, feeds, pages, archives, databases."""
