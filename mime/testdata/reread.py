"""Reads JSON lines with messages in base64, and tells as JSON lines what the email package makes of each."""
import base64
import email
import email.policy
import json
import sys

LISTS = ["From", "To", "Cc", "Reply-To"]
OTHERS = ["X-Note", "X-Token"]


def lists(message):
    found = {}
    for name in LISTS:
        if name in message:
            found[name] = [
                {"name": g.display_name, "boxes": [[a.display_name, a.addr_spec] for a in g.addresses]}
                for g in message[name].groups
            ]
    return found


def header(message):
    return {
        "subject": message["Subject"],
        "date": message["Date"].datetime.isoformat(),
        "id": message["Message-ID"],
        "lists": lists(message),
        "others": {name: message[name] for name in OTHERS if name in message},
    }


def content(part):
    if part.get_content_maintype() == "text" and part.get_param("charset") is not None:
        return part.get_content().encode("utf-8", "surrogateescape")
    return part.get_payload(decode=True)


def read(part, top):
    params = part["Content-Type"].params
    found = {
        "type": part.get_content_type(),
        "params": {name: params[name] for name in ("charset", "title") if name in params},
        "filename": part.get_filename() or "",
        "disposition": part.get_content_disposition() or "",
        "cid": (part["Content-ID"] or "").strip("<> "),
        "description": part["Content-Description"] or "",
    }
    if top:
        found["header"] = header(part)
    if part.get_content_type() == "message/rfc822":
        found["parts"] = [read(part.get_payload(0), True)]
    elif part.is_multipart():
        found["parts"] = [read(child, False) for child in part.iter_parts()]
    else:
        found["body"] = base64.b64encode(content(part)).decode()
    return found


def defects(message):
    found = []
    for part in message.walk():
        found += [repr(d) for d in part.defects]
        for name, value in part.items():
            found += [f"{name}: {d!r}" for d in getattr(value, "defects", ())]
    return found


for line in sys.stdin:
    message = email.message_from_bytes(base64.b64decode(json.loads(line)), policy=email.policy.default)
    print(json.dumps({"message": read(message, True), "defects": defects(message)}))
