"""HTTP to engine and back: parameters, negotiation, the service description, problems."""
