# Verifies every signature of the messages that come as lines of JSON, and answers with a list of results for each.
import base64, json, sys
import dkim

for line in sys.stdin:
    given = json.loads(line)
    records = {name.encode(): value.encode() for name, value in given["records"].items()}
    message = base64.b64decode(given["message"])

    def lookup(name, timeout=5):
        return records.get(name.rstrip(b"."))

    results = []
    verifier = dkim.DKIM(message)
    for index in range(sum(1 for name, _ in verifier.headers if name.lower() == b"dkim-signature")):
        try:
            results.append("" if dkim.DKIM(message).verify(idx=index, dnsfunc=lookup) else "it does not match")
        except Exception as e:
            results.append(repr(e))
    print(json.dumps(results))
