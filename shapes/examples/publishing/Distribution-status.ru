# Breaks arishp:Distribution-status: nothing says what the status of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX adms: <http://www.w3.org/ns/adms#>
DELETE WHERE { <release/1.0.0#a.csv> adms:status ?value } ;
INSERT DATA { <release/1.0.0#a.csv> adms:status <http://publications.europa.eu/resource/authority/distribution-status/DEPRECATED> }
