# Breaks arishp:Identifier-notation: the identifier has no notation.
BASE <https://w3id.org/ari/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
DELETE WHERE { <identifier/1> skos:notation ?value }
