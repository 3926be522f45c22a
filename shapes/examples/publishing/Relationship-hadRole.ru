# Breaks arishp:Relationship-hadRole: the relationship has no role.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <relationship/1> dcat:hadRole ?value }
