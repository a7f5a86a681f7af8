"""Reads an AEF as people make it: workbook, CSV, JSON; says cell by cell what it understood.

Pure: bytes in, records out.
"""
