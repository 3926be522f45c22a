"""Pages for people: the start page, the query form, one document for each thing."""
