# Breaks arishp:File-downloadURL: the file stands at two addresses.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <release/1.0.0#a.csv> dcat:downloadURL <other> }
