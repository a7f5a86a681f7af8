"""What a registry can do: one function per use case, each one database transaction."""
