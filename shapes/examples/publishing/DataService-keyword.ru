# Breaks arishp:DataService-keyword: the keyword of the data service is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <../sparql#service> dcat:keyword ?value } ;
INSERT DATA { <../sparql#service> dcat:keyword <other> }
