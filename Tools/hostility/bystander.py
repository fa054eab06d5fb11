"""One who asks ordinary things while others attack: `bystander.py PORT`. Stops at the end of its input, and says how it went."""

import http.client
import json
import sys
import threading
import time

#: Between two requests, so that the bystander is no load of its own.
PAUSE_SECONDS = 0.003
#: An attack may be over before the first of them: what comes right behind it counts too.
REQUESTS_MIN = 10


def main():
    port, name = int(sys.argv[1]), sys.argv[2]
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    milliseconds = {"health": [], "enqueue": []}
    wrong, granted, number = [], 0, 0

    def ask(kind, method, path, body=None):
        begin = time.perf_counter()
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            wrong.append(f"{kind}: {error!r}")
            connection.close()
            return False
        milliseconds[kind].append(1000 * (time.perf_counter() - begin))
        if response.status != 200:
            wrong.append(f"{kind}: {response.status}")
        return response.status == 200

    ask("health", "GET", "/health")
    milliseconds["health"].clear()
    print("ready", flush=True)
    while not stopped.is_set() or number < REQUESTS_MIN:
        ask("health", "GET", "/health")
        number += 1
        body = json.dumps({"decision_id": f"{name}-{number}", "risk_level": "low", "action_type": "block_ip",
                           "target": "192.0.2.7", "reasoning": "an ordinary question", "confidence": 0.9})
        granted += ask("enqueue", "POST", "/api/v1/governance/test/enqueue", body)
        time.sleep(PAUSE_SECONDS)
    print(json.dumps({"milliseconds": milliseconds, "wrong": wrong, "granted": granted}))


if __name__ == "__main__":
    main()
