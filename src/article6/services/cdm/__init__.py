"""The CDM registry's public history: read, checked, replayed, verified; or generated in its shape."""
