# Breaks arishp:Distribution-hasPolicy: nothing says what the policy of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>
DELETE WHERE { <release/1.0.0#a.csv> odrl:hasPolicy ?value } ;
INSERT DATA { <release/1.0.0#a.csv> odrl:hasPolicy <other> }
