# Breaks arishp:Distribution-page: nothing says what the documentation of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
INSERT DATA { <release/1.0.0#a.csv> foaf:page <other> }
