# Breaks arishp:DataService-applicableLegislation: nothing says what the legislation of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
INSERT DATA { <../sparql#service> dcatap:applicableLegislation <other> }
