# Breaks arishp:Concept-prefLabel: the concept has no preferred label.
BASE <https://w3id.org/ari/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
DELETE WHERE { <theme/1> skos:prefLabel ?value }
