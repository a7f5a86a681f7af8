"""Exit codes, as docs/reference/cli.md lists them."""

OK = 0
REFUSED = 1  # a rule said no, or the audit found a breach
USAGE = 2
UNREADABLE = 2  # `check`: a file is no AEF
UNAVAILABLE = 69  # EX_UNAVAILABLE: the database, a port, a part of the program
MISCONFIGURED = 78  # EX_CONFIG: the database is not set up for this version
INTERRUPTED = 130
BROKEN_PIPE = 141
