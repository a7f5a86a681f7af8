"""What is unsafe or missing in an installation, why it matters, and what to do about it."""
