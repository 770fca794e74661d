"""One pass; passes until converged."""
