"""Guided tasks: a form, a review of exactly what will happen, the act, and what happens next."""
