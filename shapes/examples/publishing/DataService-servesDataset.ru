# Breaks arishp:DataService-servesDataset: nothing says what the datasets of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../sparql#service> dcat:servesDataset <other> }
