# Breaks arishp:Catalog-applicableLegislation: nothing says what the legislation of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
INSERT DATA { <../catalogue> dcatap:applicableLegislation <other> }
