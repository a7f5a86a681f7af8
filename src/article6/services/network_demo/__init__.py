"""The network of the demonstration: registries of their own that trade, and the story that they play."""
