"""Tests against real components: need root and Debian packages; ``make live`` runs them."""
