"""Tells, for a message on standard input, what Python's email package makes of it: one line a part."""

import email
import email.policy
import hashlib
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = []
for part in message.walk():
    body = b"" if part.is_multipart() else part.get_payload(decode=True)
    parts.append({
        "type": part.get_content_type(),
        "filename": part.get_filename() or "",
        "digest": hashlib.sha256(body).hexdigest(),
        "defects": [type(defect).__name__ for defect in part.defects],
    })
json.dump(parts, sys.stdout)
