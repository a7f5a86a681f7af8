"""Administration of the registry: for those who have the rights, page by page."""
