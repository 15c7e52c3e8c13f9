"""Send generated calls to a running server with schemathesis, in whose environment this runs: nothing of ours is imported.

    generated_calls.py URL CALLS SEED [TOKEN]    reads what path parameters may name, prints calls, statuses and faults

Standard input is JSON, lists of ids by parameter: every second call names something that exists.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

CLOSING = {"close_my_account", "end_session"}
"""What would end the sign-in that the other calls are made with."""
EXAMPLES = 10


def main() -> None:
    url, calls, first_seed, *token = sys.argv[1:]
    known = json.load(sys.stdin)
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    statuses: Counter[str] = Counter()
    faults: list[dict[str, object]] = []
    operations = [one.ok() for one in schema.get_all_operations()]
    if token:
        operations = [one for one in operations if operation_id(one) not in CLOSING]
    rank = int(first_seed)
    while sum(statuses.values()) < int(calls):
        random.Random(rank).shuffle(operations)
        for operation in operations:
            send(
                operation,
                url=url,
                token=token[0] if token else "",
                seed_of=rank,
                known=known,
                statuses=statuses,
                faults=faults,
            )
            if sum(statuses.values()) >= int(calls):
                break
        rank += 1
    print(json.dumps({"calls": sum(statuses.values()), "statuses": statuses, "faults": faults[:20]}))


def operation_id(operation: object) -> str:
    return str(operation.definition.raw.get("operationId", ""))


def send(operation, *, url, token, seed_of, known, statuses, faults) -> None:
    """Make some calls of one operation, right ones and wrong ones."""

    dice = random.Random(seed_of)

    @seed(seed_of)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
    def call(case) -> None:
        for name in set(case.path_parameters or {}) & set(known):
            if dice.random() < 0.5:
                case.path_parameters[name] = dice.choice(known[name])
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call(base_url=url, headers=headers, timeout=60)
        statuses[str(answer.status_code)] += 1
        if answer.status_code >= 500:
            faults.append(
                {
                    "operation": operation_id(operation),
                    "status": answer.status_code,
                    "seed": seed_of,
                    "case": str(case.as_curl_command())[:600],
                }
            )

    call()


main()
