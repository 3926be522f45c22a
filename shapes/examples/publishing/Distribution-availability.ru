# Breaks arishp:Distribution-availability: nothing says what the planned availability of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX dcatap: <http://data.europa.eu/r5r/>
DELETE WHERE { <release/1.0.0#a.csv> dcatap:availability ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcatap:availability <http://publications.europa.eu/resource/authority/planned-availability/TEMPORARY> }
