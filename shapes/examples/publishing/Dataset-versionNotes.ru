# Breaks arishp:Dataset-versionNotes: the version notes of the dataset is no text.
BASE <https://w3id.org/ari/id/>
PREFIX adms: <http://www.w3.org/ns/adms#>
INSERT DATA { <release/1.0.0> adms:versionNotes <other> }
