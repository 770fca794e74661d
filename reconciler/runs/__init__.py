"""The application: plan, apply, destroy, expire, watch; values in, typed results out, without a terminal or HTTP."""
