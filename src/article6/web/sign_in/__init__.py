"""How people get in, on pages: django-allauth in our words, and what other pages ask of it."""

from article6.web.sign_in.recency import recently_authenticated

__all__ = ["recently_authenticated"]
