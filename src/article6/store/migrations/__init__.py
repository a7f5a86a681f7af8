"""The tables' history. A migration must leave a schema that the previous release can still use."""
