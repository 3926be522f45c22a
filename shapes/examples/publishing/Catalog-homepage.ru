# Breaks arishp:Catalog-homepage: the homepage of the catalogue is a text.
BASE <https://w3id.org/ari/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
DELETE WHERE { <../catalogue> foaf:homepage ?value } ;
INSERT DATA { <../catalogue> foaf:homepage "another"@en }
