"""What schemathesis is taught about Daybook: how to sign in, and which ids exist."""

import os
import uuid

import schemathesis
from schemathesis.core.parameters import ParameterLocation

from known import SPARE, plain, read_cast, renew, sign_in, tally

ROLE = os.environ["FUZZ_ROLE"]
CAST = read_cast()

# Which of the cast's ids a field or the path before an id stands for.
NOUNS = {
    "account_id": "accounts",
    "conversation_id": "conversations",
    "family_id": "families",
    "family_member_id": "family_members",
    "message_id": "messages",
    "pod_id": "pods",
}

# What takes somebody's account, devices or place from them, and those who must stay to act.
ENDINGS = {f"/accounts/{{}}/{deed}" for deed in ("departure", "devices", "pod", "re-enrolment", "suspension")}
ACTORS = {who["id"] for name, who in CAST["roles"].items() if not name.startswith(SPARE)}

if ROLE in CAST["roles"]:

    @schemathesis.auth(refresh_interval=240)
    class Session:
        """Signs every request, with a token that is renewed before its ten minutes are over."""

        def get(self, case, context):
            return renew(CAST, ROLE)

        def set(self, case, data, context):
            if plain(case.operation.path) == "/sessions/current":
                data = sign_in(CAST, ROLE)  # ended by this very call
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"


def known(noun, value):
    """An id that exists in place of one that does not, three times in four; the choice is the value's own."""
    ids = CAST["ids"].get(noun)
    try:
        number = uuid.UUID(value).int
    except (ValueError, TypeError, AttributeError):
        return value
    return ids[(number >> 8) % len(ids)] if ids and number % 4 else value


def another(value):
    """An id in place of an id, which is nobody's; what is no id stays as it is."""
    try:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, str(uuid.UUID(value))))
    except (ValueError, TypeError, AttributeError):
        return value


def noun_of(path, name):
    """What `{name}` of a path stands for: /alerts/{id}/decision is about alerts."""
    parts = path.split("/")
    place = parts.index("{" + name + "}") if "{" + name + "}" in parts else 0
    return NOUNS.get(name, parts[place - 1] if place else "")


@schemathesis.hook
def before_call(context, case, kwargs):
    # What is meant to be wrong stays as wrong as it is.
    meta = case.meta
    untouched = meta is None

    def right(location):
        return not untouched and not meta.is_negative_at(location)

    path = plain(case.operation.path)
    # Schemathesis finds the caller's own devices and the others' accounts by itself; ended, nobody
    # would be left to act.
    own_device = case.method.upper() == "DELETE" and path == "/accounts/me/devices/{}"
    if own_device or (path in ENDINGS and case.path_parameters["id"] in ACTORS):
        case.path_parameters["id"] = another(case.path_parameters["id"])
    elif case.path_parameters and right(ParameterLocation.PATH):
        for name, value in list(case.path_parameters.items()):
            case.path_parameters[name] = known(noun_of(case.operation.path, name), value)
    if case.query and right(ParameterLocation.QUERY):
        for name, value in list(case.query.items()):
            if name in NOUNS:
                case.query[name] = known(NOUNS[name], value)
    if isinstance(case.body, dict) and right(ParameterLocation.BODY):
        for name, value in list(case.body.items()):
            if name in NOUNS:
                case.body[name] = known(NOUNS[name], value)
        # An invitation that exists, while there are any.
        if path == "/invitations/accept" and CAST["codes"] and "code" in case.body:
            case.body["code"] = CAST["codes"].pop()


@schemathesis.hook
def after_call(context, case, response):
    tally(ROLE, case.method, case.operation.path, response.status_code)
