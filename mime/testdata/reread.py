"""Reads JSON lines with messages in base64, and tells as JSON lines what the email package makes of each."""
import base64
import email
import email.policy
import json
import sys


def body(part):
    content = part.get_content()
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogateescape")
    return base64.b64encode(content).decode()


def leaves(message):
    for part in message.walk():
        if part.is_multipart():
            yield {"type": part.get_content_type()}
            continue
        yield {
            "type": part.get_content_type(),
            "filename": part.get_filename() or "",
            "disposition": part.get_content_disposition() or "",
            "cid": (part["Content-ID"] or "").strip("<> "),
            "body": body(part),
        }


def defects(message):
    found = []
    for part in message.walk():
        found += [repr(d) for d in part.defects]
        for name, value in part.items():
            for d in getattr(value, "defects", ()):
                # The legacy name= has an encoded-word in quotes on purpose.
                if name.lower() == "content-type" and "name=" in str(value):
                    continue
                found.append(f"{name}: {d!r}")
    return found


for line in sys.stdin:
    message = email.message_from_bytes(base64.b64decode(json.loads(line)), policy=email.policy.default)
    answer = {
        "subject": message["Subject"],
        "to": [[a.display_name, a.addr_spec] for a in message["To"].addresses],
        "from": [[a.display_name, a.addr_spec] for a in message["From"].addresses],
        "date": message["Date"].datetime.isoformat(),
        "id": message["Message-ID"],
        "parts": list(leaves(message)),
        "defects": defects(message),
    }
    print(json.dumps(answer))
