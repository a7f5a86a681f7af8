"""Reports for stakeholders: what a report says, and the writers that say it as PDF, workbook, CSV and JSON. Pure.

A report is a description (`model.Report`) without a word about how it looks; every writer takes any of them.
"""
