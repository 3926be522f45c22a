"""The dataset and its schema as files of RDF: our own writers, and others' readers of them.

Upwards: `terms`, `turtle`, then `rdfxml`, `jsonld`, `readers` and `schema`, then `writers`.
"""
