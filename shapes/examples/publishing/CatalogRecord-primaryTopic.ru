# Breaks arishp:CatalogRecord-primaryTopic: the record has no primary topic.
BASE <https://w3id.org/ari/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
DELETE WHERE { <record/1> foaf:primaryTopic ?value }
