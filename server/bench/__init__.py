"""How fast the service is, beside others: `ari bench`."""
