"""The generated reference pages, by subject: each function gives a page's text from the code's tables."""
