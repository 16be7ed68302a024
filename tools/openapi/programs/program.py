# A program that uses the client of openapi-python-client. The check generates the package trainyard beside it and runs it.
import json
import sys

from trainyard.api.trainings import create_training, get_training, list_trainings
from trainyard.client import AuthenticatedClient
from trainyard.models import CreateTrainingProblem, SubjectKind, Training, TrainingRequest

base_url, key = sys.argv[1:]
client = AuthenticatedClient(base_url=base_url, token=key)
request = TrainingRequest(kind=SubjectKind.ACTOR, subject_id="0019", version_name="V7")

training = create_training.sync(client=client, body=request, idempotency_key="0019-V7")
assert isinstance(training, Training), training
read = get_training.sync(client=client, id=training.id)
listed = list_trainings.sync(client=client, subject_id="0019", limit=10)
again = create_training.sync(client=client, body=TrainingRequest(kind=SubjectKind.ACTOR, subject_id="0019"))
assert isinstance(again, CreateTrainingProblem), again

print(
    json.dumps(
        {
            "status": training.status.value,
            "version": read.version_name,
            "listed": len(listed.trainings),
            "code": again.code.value,
        }
    )
)
