# Breaks arishp:Location-geometry: nothing says what the geometry of the place is.
BASE <https://w3id.org/ari/id/>
PREFIX locn: <http://www.w3.org/ns/locn#>
DELETE WHERE { <place/1> locn:geometry ?value } ;
INSERT DATA { <place/1> locn:geometry <other> }
