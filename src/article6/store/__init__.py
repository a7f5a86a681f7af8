"""Every table, migration and SQL statement. Two doors: `queries` reads, `journal` writes."""
