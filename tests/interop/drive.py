"""Drives `taskloom emulator` with the official SDK and tccli, and checks what they make of it.

Usage: drive.py TASKLOOM TCCLI. Exits 0 when everything holds, 1 with the reason when not.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import warnings

from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.wedata.v20250806 import models, wedata_client

CASES = pathlib.Path(__file__).resolve().parent.parent / "it" / "cases" / "emulator"
PROJECT = "1000000000000000001"
PAIR = "taskloom-local"
REGION = "ap-guangzhou"
START_S = 30
CALL_S = 60

# A model warns of a field that it does not know; here that is a failure.
warnings.filterwarnings("error", message=".*useless.*")


class Failure(Exception):
    """Something does not hold."""


def check(holds, what):
    if not holds:
        raise Failure(what)


def case(name, **changes):
    body = json.loads((CASES / name).read_text(encoding="utf-8"))
    body["ProjectId"] = PROJECT
    body.update(changes)
    return body


def start(binary, *flags):
    """Returns the process and the URL that it prints; a silent one is killed after START_S."""
    process = subprocess.Popen(
        [binary, "emulator", "--listen", "127.0.0.1:0", *flags],
        stdout=subprocess.PIPE,
        text=True,
    )
    timer = threading.Timer(START_S, process.kill)
    timer.start()
    line = process.stdout.readline()
    timer.cancel()
    word, _, url = line.strip().rpartition(" ")
    check(word == "listening on" and url.startswith("http://127.0.0.1:"), f"it printed {line!r}")
    return process, url


def client_of(url, secret_key=PAIR, secret_id=PAIR, unsigned=False, region=REGION):
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=url.removeprefix("http://")))
    profile.unsignedPayload = unsigned
    return wedata_client.WedataClient(credential.Credential(secret_id, secret_key), region, profile)


def call(client, action, body):
    """Sends a body through the SDK's own models and returns its response model."""
    request = getattr(models, action + "Request")()
    request.from_json_string(json.dumps(body))
    response = getattr(client, action)(request)
    check(len(response.RequestId) == 36, f"{action}: RequestId {response.RequestId!r}")
    return response


def refused(code, send):
    try:
        send()
    except TencentCloudSDKException as error:
        check(error.get_code() == code, f"expected {code}, got {error.get_code()}: {error}")
        return
    raise Failure(f"expected {code}, got an answer")


class Kind:
    """The spellings of a kind: Task or TriggerTask."""

    def __init__(self, name, prefix):
        self.name, self.prefix = name, prefix

    def base(self, data):
        return getattr(data, self.prefix + "TaskBaseAttribute")

    def configuration(self, data):
        return getattr(data, self.prefix + "TaskConfiguration")


KINDS = [Kind("Task", ""), Kind("TriggerTask", "Trigger")]


def life_of(client, kind):
    """Create, get, update, update partially, list, submit, code, delete through the SDK."""
    name = kind.name
    created = case(f"Create{name}.json")
    task_id = call(client, f"Create{name}", created).Data.TaskId
    check(len(task_id) == 17 and task_id.isdigit(), f"TaskId {task_id!r}")
    where = {"ProjectId": PROJECT, "TaskId": task_id}

    def get():
        return call(client, f"Get{name}", where).Data

    first = get()
    wanted = created[kind.prefix + "TaskBaseAttribute"]
    check(kind.base(first).TaskName == wanted["TaskName"], "the name came back changed")
    check(kind.base(first).TaskTypeId == 35, "TaskTypeId is no number")
    check(kind.base(first).TaskLatestVersionNo == "V1", "a new task is not V1")
    sent = len(created[kind.prefix + "TaskConfiguration"]["TaskExtConfigurationList"])
    check(len(kind.configuration(first).TaskExtConfigurationList) > sent, "no server-made ext keys")

    whole = call(client, f"Update{name}", case(f"Update{name}.json", TaskId=task_id))
    check(whole.Data.Status is True, "the update did not say true")
    part = call(client, f"Update{name}Partially", case(f"Update{name}Partially.json", TaskId=task_id))
    check(part.Data.Status is True, "the partial update did not say true")
    second = get()
    check(kind.base(second).TaskLatestVersionNo == "V3", "two updates did not make V3")
    code = kind.configuration(second).CodeContent

    listed = call(client, f"List{name}s", {"ProjectId": PROJECT, "PageSize": 200}).Data
    mine = [item for item in listed.Items if item.TaskId == task_id]
    check(len(mine) == 1 and mine[0].TaskTypeId == 35, "the list does not hold the task once")

    submitted = call(client, f"Submit{name}", {**where, "VersionRemark": "interop"}).Data
    check(submitted.VersionId.startswith(task_id + "_"), f"VersionId {submitted.VersionId!r}")
    check(kind.base(get()).Submit is True, "the submitted task is not shown as submitted")

    answered = call(client, f"Get{name}Code", where).Data
    check(answered.CodeInfo == code, "the code differs from the one in Get")

    check(call(client, f"Delete{name}", where).Data.Status is True, "the delete did not say true")
    refused("ResourceNotFound", get)


def team_of(client):
    """Folders, workflows of both kinds, and a task that is submitted, started, paused, stopped."""

    parent = {"ProjectId": PROJECT, "ParentFolderPath": "/"}
    folder = call(client, "CreateWorkflowFolder", {**parent, "FolderName": "team"}).Data.FolderId
    listed = call(client, "ListWorkflowFolders", parent).Data.Items
    check("/team" in [item.FolderPath for item in listed], "the folder is not in the list")
    for name in ["Workflow", "TriggerWorkflow"]:
        body = case(f"Create{name}.json", ParentFolderPath="/team")
        made = call(client, f"Create{name}", body).Data.WorkflowId
        where = {"ProjectId": PROJECT, "WorkflowId": made}
        update = case(f"Update{name}.json", WorkflowId=made)
        check(call(client, f"Update{name}", update).Data.Status is True, f"Update{name}")
        data = call(client, f"Get{name}", where).Data
        check(data.Path == "/team/" + update["WorkflowName"], f"Path {data.Path!r}")
        items = call(client, f"List{name}s", {"ProjectId": PROJECT}).Data.Items
        check([item.WorkflowId for item in items] == [made], f"List{name}s")
        if name == "Workflow":
            task_of(client, where)
        check(call(client, f"Delete{name}", where).Data.Status is True, f"Delete{name}")
        refused("ResourceNotFound", lambda: call(client, f"Get{name}", where))
    gone = call(client, "DeleteWorkflowFolder", {"ProjectId": PROJECT, "FolderId": folder})
    check(gone.Data.Status is True, "DeleteWorkflowFolder")
    project = call(client, "GetProject", {"ProjectId": PROJECT}).Data
    # The official example has no WorkspaceExt; schedule-mode=task puts one there.
    modes = [item.Value for item in project.WorkspaceExt or [] if item.Key == "scheduleMode"]
    check((modes, project.ProjectModel) == ([], "SIMPLE"), f"GetProject {modes}")


def task_of(client, workflow):
    """A task in a folder of a workflow, through production to its delete."""
    folder = {**workflow, "ParentTaskFolderPath": "/", "TaskFolderType": "GENERAL"}
    call(client, "CreateTaskFolder", {**folder, "TaskFolderName": "tf_01"})
    paths = [item.TaskFolderPath for item in call(client, "ListTaskFolders", folder).Data.Items]
    check(paths == ["/tf_01"], f"ListTaskFolders {paths}")
    body = case("CreateTask.json")
    body["TaskBaseAttribute"].update(WorkflowId=workflow["WorkflowId"], TaskFolderPath="/tf_01")
    task_id = call(client, "CreateTask", body).Data.TaskId
    where = {"ProjectId": PROJECT, "TaskId": task_id}
    tasks = {"ProjectId": PROJECT, "TaskIds": [task_id]}

    def status():
        return call(client, "GetTask", where).Data.TaskBaseAttribute.Status

    check(call(client, "StartOpsTasks", tasks).Data.Status is False, "a draft was started")
    version = call(client, "SubmitTask", {**where, "VersionRemark": "interop"}).Data.VersionId
    found = call(client, "GetTaskVersion", where).Data
    check((found.VersionId, found.VersionRemark) == (version, "interop"), "GetTaskVersion")
    check(call(client, "StartOpsTasks", tasks).Data.Status is True, "StartOpsTasks")
    check(status() == "Y", "the started task does not run")
    for action, after in [("PauseOpsTasksAsync", "O"), ("StopOpsTasksAsync", "F")]:
        job = {"ProjectId": PROJECT, "AsyncId": call(client, action, tasks).Data.AsyncId}
        seen = [call(client, "GetOpsAsyncJob", job).Data.Status for _ in range(2)]
        check(seen == ["INIT", "SUCCESS"], f"{action}: {seen}")
        check(status() == after, f"{action}: the task is {status()}")
    check(call(client, "GetOpsTask", where).Data.TaskBaseAttribute.TaskId == task_id, "GetOpsTask")
    check(call(client, "ListOpsTasks", {"ProjectId": PROJECT}).Data.TotalCount == 1, "ListOpsTasks")
    check(call(client, "ListDownstreamTasks", where).Data.TotalCount == 0, "ListDownstreamTasks")
    check(call(client, "DeleteTask", where).Data.Status is True, "the delete did not say true")


def errors_of(client, url):
    """The errors that a caller of the SDK can meet."""
    listing = {"ProjectId": PROJECT}

    def unknown():
        client.call_json("CreateTask", case("CreateTask.json", Colour="red"))

    def mistyped():
        body = case("CreateTask.json")
        body["TaskBaseAttribute"]["TaskTypeId"] = 35
        client.call_json("CreateTask", body)

    refused("UnknownParameter", unknown)
    refused("InvalidParameter", mistyped)
    refused("InvalidAction", lambda: client.call_json("MakeTask", listing))
    refused("MissingParameter", lambda: client.call_json("ListTasks", {}))
    refused("InvalidParameterValue", lambda: client.call_json("ListTasks", {**listing, "PageSize": 9}))
    for change, code in [
        ({"secret_key": "wrong"}, "AuthFailure.SignatureFailure"),
        ({"secret_id": "wrong"}, "AuthFailure.SecretIdNotFound"),
        ({"region": "moon"}, "UnsupportedRegion"),
        ({"region": None}, "MissingParameter"),
    ]:
        other = client_of(url, **change)
        refused(code, lambda: call(other, "ListTasks", listing))
    call(client_of(url, unsigned=True), "ListTasks", listing)
    refused("RequestLimitExceeded", lambda: [call(client, "ListTriggerTasks", listing) for _ in range(400)])


def official_examples(client):
    """The official requests that hold nulls, repeated keys and disabled spellings."""
    for name in ["CreateTask-jdbc.json", "CreateTask-notebook.json"]:
        raw = client.call_json("CreateTask", case(name))
        task_id = raw["Response"]["Data"]["TaskId"]
        call(client, "GetTask", {"ProjectId": PROJECT, "TaskId": task_id})


def tccli_of(binary, url, home):
    """Returns a function that runs tccli with an action and its parameters."""
    environment = {key: value for key, value in os.environ.items() if "PROXY" not in key.upper()}
    environment.update(HOME=str(home))
    for name, value in [("secretId", PAIR), ("secretKey", PAIR), ("region", REGION), ("output", "json")]:
        subprocess.run(
            [binary, "configure", "set", name, value],
            env=environment, check=True, timeout=CALL_S, stdout=subprocess.DEVNULL,
        )

    def run(action, body, code=None):
        path = home / "input.json"
        path.write_text(json.dumps(body), encoding="utf-8")
        ran = subprocess.run(
            [binary, "wedata", action, "--version", "2025-08-06", "--endpoint", url,
             "--cli-input-json", f"file://{path}"],
            env=environment, capture_output=True, text=True, timeout=CALL_S, check=False,
        )
        if code is not None:
            check(code in ran.stdout + ran.stderr, f"tccli {action}: no {code} in {ran.stdout}{ran.stderr}")
            return None
        check(ran.returncode == 0, f"tccli {action}: {ran.stdout}{ran.stderr}")
        return json.loads(ran.stdout)["Data"]

    return run


def cli_life_of(run, kind):
    name = kind.name
    task_id = run(f"Create{name}", case(f"Create{name}.json"))["TaskId"]
    where = {"ProjectId": PROJECT, "TaskId": task_id}
    base = kind.prefix + "TaskBaseAttribute"
    check(run(f"Get{name}", where)[base]["TaskId"] == task_id, "tccli: another task")
    check(run(f"Update{name}", case(f"Update{name}.json", TaskId=task_id))["Status"] is True, "tccli: update")
    part = case(f"Update{name}Partially.json", TaskId=task_id)
    check(run(f"Update{name}Partially", part)["Status"] is True, "tccli: partial update")
    items = run(f"List{name}s", {"ProjectId": PROJECT})["Items"]
    check(task_id in [item["TaskId"] for item in items], "tccli: not in the list")
    check(run(f"Submit{name}", {**where, "VersionRemark": "v"})["VersionId"], "tccli: submit")
    check(run(f"Get{name}Code", where)["CodeInfo"], "tccli: code")
    check(run(f"Delete{name}", where)["Status"] is True, "tccli: delete")
    run(f"Get{name}", where, code="ResourceNotFound")


def main():
    taskloom, tccli = sys.argv[1:3]
    # A proxy of the machine has no business with a loopback address.
    for key in [key for key in os.environ if "PROXY" in key.upper()]:
        del os.environ[key]
    with tempfile.TemporaryDirectory() as folder:
        process, url = start(taskloom, "--data", str(pathlib.Path(folder) / "cloud.json"))
        try:
            client = client_of(url)
            for kind in KINDS:
                life_of(client, kind)
                print(f"interop: the SDK takes a {kind.name} from create to delete")
            team_of(client)
            print("interop: the SDK takes folders, workflows and a task through production")
            official_examples(client)
            print("interop: the official example requests are taken")
            errors_of(client, url)
            print("interop: the errors have their codes")
            run = tccli_of(tccli, url, pathlib.Path(folder))
            for kind in KINDS:
                cli_life_of(run, kind)
                print(f"interop: tccli takes a {kind.name} from create to delete")
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    try:
        main()
    except (Failure, TencentCloudSDKException, subprocess.SubprocessError, Warning) as error:
        print(f"interop: FAILED: {error}", file=sys.stderr)
        sys.exit(1)
