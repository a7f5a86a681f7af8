"""Stories that a registry plays step by step: for the demonstration, and for the tests, from one script."""
