"""Reading: plain SQL, one module a subject. Nothing here writes."""
