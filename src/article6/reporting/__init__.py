"""Reports as functions of records: the agreed electronic format (AEF).

Pure: no Django, no I/O but the file handed in.
"""
