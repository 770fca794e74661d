"""What the server refuses, with Kadeploy's own numbers and words."""

from __future__ import annotations


class KadeployError(Exception):
    """Answered with ``status``; ``code`` goes into the header X-Application-Error-Code when there is one."""

    def __init__(self, text: str, code: int | None = None, status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.status = status


def invalid_wid() -> KadeployError:
    return KadeployError("Invalid workflow ID", 1)


def invalid_nodes(why: str) -> KadeployError:
    return KadeployError(f"Invalid node list -- Parameter 'nodes': {why}", 2)


def invalid_option(why: str) -> KadeployError:
    return KadeployError(f"Invalid options -- {why}", 4)


def invalid_file(path: str) -> KadeployError:
    return KadeployError(f"Invalid file -- Unable to grab the file {path}", 5)


def no_rights() -> KadeployError:
    return KadeployError("You do not have sufficient rights to perform the operation on all the nodes", 6)


def invalid_environment(why: str) -> KadeployError:
    return KadeployError(f"Invalid environment specification -- {why}", 7)


def invalid_vlan(why: str) -> KadeployError:
    return KadeployError(f"Invalid VLAN -- {why}", 9)


def nothing_modified(why: str) -> KadeployError:
    return KadeployError(f"No element has been modified -- {why}", 14)


def destructive() -> KadeployError:
    return KadeployError("The environment previously deployed on some of the nodes is destructive", 30)


def not_found() -> KadeployError:
    return KadeployError("File Not Found -- Kadeploy::HTTPd::NotFoundError", status=404)


def forbidden() -> KadeployError:
    return KadeployError("Forbidden -- You do not the rights to perform this operation", status=403)


def bad_json() -> KadeployError:
    return KadeployError("Unsupported Media Type -- Invalid JSON content in request's body", status=415)


def no_user() -> KadeployError:
    return KadeployError("Unauthorized -- No user specified in the header X-Kadeploy-User", status=401)
