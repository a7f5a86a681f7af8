"""Reports for stakeholders, drawn from the ledger as of a moment.

`drawing` draws any of them; `issuing` issues, keeps, renders and verifies; `scheduling` has them made by the clock.
"""
