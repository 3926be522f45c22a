# Breaks arishp:Location-centroid: the centre of the place is given twice.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <place/1> dcat:centroid "one" , "another" }
