# Breaks arishp:DataService-endpointURL: the data service has no endpoint.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <../sparql#service> dcat:endpointURL ?value }
