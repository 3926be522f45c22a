# Breaks arishp:Agent-type: the type of the agent is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <organisation/ari-graph> dcterms:type ?value } ;
INSERT DATA { <organisation/ari-graph> dcterms:type "another"@en }
