"""Pictures, drawn on the server: each module turns figures into positions, and a template writes them as SVG.

Layouts are pure: they know neither the database nor the request. Amounts stay whole numbers in every table and title;
only positions on paper are rounded.
"""
