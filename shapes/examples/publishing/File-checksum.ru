# Breaks arishp:File-checksum: the file has no checksum.
BASE <https://w3id.org/ari/id/>
PREFIX spdx: <http://spdx.org/rdf/terms#>
DELETE WHERE { <release/1.0.0#a.csv> spdx:checksum ?value }
