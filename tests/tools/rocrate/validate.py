"""Validates a crate without a network: python validate.py FOLDER.

roc-validator fetches the JSON-LD context of RO-Crate 1.1; the package rocrate brings it along.
Prints what is found, and ends with 1 if something is. Warnings of things that should be count too.
"""

import io
import json
import sys
import urllib.request
from email.message import Message
from importlib.resources import files
from urllib.response import addinfourl

import requests
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings

ADDRESS = "https://w3id.org/ro/crate/1.1/context"
TYPE = "application/ld+json"
CONTEXT = files("rocrate").joinpath("data", "ro-crate.jsonld").read_bytes()


class Kept(urllib.request.HTTPSHandler):
    """Answers the address of the context to urllib."""

    def https_open(self, req: urllib.request.Request) -> addinfourl:
        if req.full_url != ADDRESS:
            raise OSError(f"no network for {req.full_url}")
        headers = Message()
        headers["Content-Type"] = TYPE
        return addinfourl(io.BytesIO(CONTEXT), headers, ADDRESS, 200)


def kept(
    self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **options: object
) -> requests.Response:
    """Answers the same to requests."""
    if request.url != ADDRESS:
        raise requests.ConnectionError(f"no network for {request.url}")
    response = requests.Response()
    response.status_code, response.url, response.request = 200, ADDRESS, request
    response.headers["Content-Type"] = TYPE
    response.raw = io.BytesIO(CONTEXT)
    return response


def main(folder: str) -> int:
    assert json.loads(CONTEXT)["@id"] == ADDRESS
    urllib.request.install_opener(urllib.request.build_opener(Kept))
    requests.adapters.HTTPAdapter.send = kept
    settings = ValidationSettings(
        rocrate_uri=folder,
        profile_identifier="ro-crate-1.1",
        requirement_severity=Severity.RECOMMENDED,
        no_cache=True,
    )
    result = services.validate(settings)
    for issue in result.get_issues():
        print(f"{issue.severity.name}: {issue.check.identifier}: {issue.message}")
    return 0 if result.passed() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
