# Breaks arishp:File-byteSize: the file has no size.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0#a.csv> dcat:byteSize ?value }
