"""Checks of AEFs: each a plug-in with its code, legal basis, scope and result.

Pure: readings in, a report out.
"""
