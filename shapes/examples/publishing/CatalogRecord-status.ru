# Breaks arishp:CatalogRecord-status: nothing says what the status of the record is.
BASE <https://w3id.org/ari/id/>
PREFIX adms: <http://www.w3.org/ns/adms#>
DELETE WHERE { <record/1> adms:status ?value } ;
INSERT DATA { <record/1> adms:status <other> }
