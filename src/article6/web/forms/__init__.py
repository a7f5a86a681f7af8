"""Forms: they read what was typed into what services take, and say what cannot be read. They judge nothing."""
