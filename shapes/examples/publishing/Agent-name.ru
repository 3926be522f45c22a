# Breaks arishp:Agent-name: the agent has no name.
BASE <https://w3id.org/ari/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
DELETE WHERE { <organisation/ari-graph> foaf:name ?value }
