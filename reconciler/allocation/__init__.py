"""Choose which node, host, address and id: pure, deterministic, sticky."""
