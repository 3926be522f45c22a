# Breaks arishp:DataService-page: nothing says what the documentation of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
INSERT DATA { <../sparql#service> foaf:page <other> }
