#!/usr/bin/env python3
"""Automated actor training: trains actors that have good training data and no validated custom model.

Written from the document of the legacy script. It knows only the routes of the UI backend.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

MAX_CONCURRENT_TRAININGS = 2  # Train up to 2 actors
VITE_SERVER_URL = "http://localhost:5173"
WORKFLOW_FILE = os.path.join("workflows", "lora_training_workflow_headless.json")

poll_interval = 30  # Check status every 30 seconds
max_wait_time = 2 * 60 * 60  # 2 hours maximum


def log(message=""):
    print(f"[Auto Train] {message}" if message else "", flush=True)


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        VITE_SERVER_URL + path, data=data, method=method, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.loads(response.read())


def load_actors():
    log("Loading actors from API...")
    data = call("GET", "/api/actors")
    actors = data if isinstance(data, list) else data["actors"]
    log(f"Loaded {len(actors)} actors")
    return actors


def skip_reason(actor):
    data = actor.get("training_data") or {}
    if not actor.get("training_data_good"):
        return "training data not marked as good"
    if actor.get("custom_models_good"):
        return "already has good custom model"
    if not data.get("count", 0) > 0:
        return "no training images"
    if not data.get("synced"):
        return "training data not synced to S3"
    return None


def select_actors(actors):
    eligible = []
    for actor in actors:
        reason = skip_reason(actor)
        if reason is None:
            eligible.append(actor)
            count = actor["training_data"]["count"]
            log(f"✓ Eligible: {actor['name']} (ID: {actor['id']}, Images: {count})")
        else:
            log(f"✗ Skipped: {actor['name']} ({reason})")
    return eligible


def ensure_ngrok():
    log("Checking ngrok status...")
    status = call("GET", "/api/ngrok/status")
    if status.get("running"):
        log(f"✓ Ngrok already running: {status['url']}")
        return status["url"]
    status = call("POST", "/api/ngrok/start", {})
    log(f"✓ Ngrok started: {status['url']}")
    return status["url"]


def calculate_parameters(image_count):
    if image_count <= 15:
        steps, learning_rate, repeats = 1500, 2e-4, 2
    elif image_count <= 30:
        steps, learning_rate, repeats = 2000, 2.5e-4, 2
    elif image_count <= 60:
        steps, learning_rate, repeats = 2500, 1.5e-4, 1
    else:
        steps, learning_rate, repeats = 3000, 1e-4, 1
    return {
        "max_train_steps": steps,
        "learning_rate": learning_rate,
        "num_repeats": repeats,
        "network_dim": 16,
        "network_alpha": 8,
        "lr_scheduler": "cosine",
        "lr_warmup_steps": int(steps * 0.2),
        "optimizer_type": "adamw8bit",
        "gradient_dtype": "bf16",
        "batch_size": 1,
    }


def build_workflow(parameters, trigger, model_name):
    with open(WORKFLOW_FILE, encoding="utf-8") as file:
        workflow = json.load(file)
    values = dict(parameters)
    for node in workflow.values():
        for name in values:
            if name in node["inputs"]:
                node["inputs"][name] = values[name]
    workflow["4"]["inputs"]["steps"] = parameters["max_train_steps"]
    workflow["107"]["inputs"]["output_name"] = model_name
    workflow["107"]["inputs"]["sample_prompts"] = trigger
    workflow["109"]["inputs"]["class_tokens"] = ""
    workflow["109"]["inputs"]["dataset_path"] = "/training_data"
    return workflow


def next_version(actor_id):
    data = call("GET", f"/api/actors/{actor_id}/training-versions")
    versions = data if isinstance(data, list) else data["versions"]
    return f"V{len(versions) + 1}"


def start_training(actor, ngrok_url):
    actor_id, trigger = actor["id"], actor["name"]
    log(f"Starting training for: {actor['name']}")
    log(f"Actor ID: {actor_id}")
    parameters = calculate_parameters(actor["training_data"]["count"])
    print("\n[Auto Train] Parameters:")
    print(f"  - Steps: {parameters['max_train_steps']}")
    print(f"  - Learning Rate: {parameters['learning_rate']}")
    print("  - Rank/Alpha: 16/8")
    print(f"  - Repeats: {parameters['num_repeats']}")
    print(f"  - Trigger: {trigger}\n")
    s3_urls = call("GET", f"/api/actors/{actor_id}/training-data")["s3_urls"]
    log(f"Found {len(s3_urls)} training images in S3")
    version = next_version(actor_id)
    log(f"Version: {version}")
    model_name = f"actor_{actor_id}_{version}"
    request_id = f"{actor_id}_{int(time.time())}"
    log("Sending training request to RunPod...")
    result = call(
        "POST",
        "/api/training/start",
        {
            "input": {
                "workflow": build_workflow(parameters, trigger, model_name),
                "training_data": {"s3_urls": s3_urls},
                "training_config": {
                    "mode": "custom-actors",
                    "user_id": "actor_maker_user",
                    "tenant_id": "actor_maker",
                    "request_id": request_id,
                    "model_name": model_name,
                    "learning_rate": parameters["learning_rate"],
                    "max_train_steps": parameters["max_train_steps"],
                    "image_count": len(s3_urls),
                },
            },
            "webhook": f"{ngrok_url}/api/training-webhook",
        },
    )
    log("✓ Training started!")
    log(f"Job ID: {result['job_id']}")
    save_version(actor_id, version, result["job_id"], parameters, len(s3_urls))
    log("Estimated duration: ~50 minutes")
    log("Webhook will notify when complete")
    return result["job_id"]


def save_version(actor_id, version, job_id, parameters, image_count):
    call(
        "POST",
        f"/api/actors/{actor_id}/training-versions",
        {
            "id": job_id,
            "name": version,
            "timestamp": datetime.now(timezone.utc).isoformat(),
            "description": "Automated training",
            "parameters": parameters,
            "status": "training",
            "imageCount": image_count,
        },
    )
    log("✓ Training version saved")


def monitor(actor, job_id):
    log(f"Monitoring training for {actor['name']}...")
    waited = 0
    while waited < max_wait_time:
        status = call("POST", "/api/training/status", {"job_id": job_id})
        log(f"[{waited // 60}m] Status: {status['status']}")
        if status["status"] == "COMPLETED":
            log("✓ Training completed!")
            log(f"Model URL: {status['output']['loraUrl']}")
            return True
        if status["status"] in ("FAILED", "CANCELLED", "TIMED_OUT"):
            log(f"✗ Training failed: {status.get('error')}")
            return False
        time.sleep(poll_interval)
        waited += poll_interval
    log("⚠️ Training exceeded max wait time")
    return False


def train(actor, ngrok_url):
    try:
        return monitor(actor, start_training(actor, ngrok_url))
    except urllib.error.HTTPError as error:
        log(f"✗ Failed to start training: {error.read().decode()}")
        return False


def main():
    print("=" * 60)
    print("Automated Actor Training Script")
    print("=" * 60)
    try:
        actors = load_actors()
    except urllib.error.URLError:
        log("✗ Make sure Vite dev server is running")
        return 1
    eligible = select_actors(actors)
    if not eligible:
        log("No eligible actors found")
        return 0
    log(f"Found {len(eligible)} eligible actor(s)")
    log(f"Will train up to {MAX_CONCURRENT_TRAININGS} actors")
    ngrok_url = ensure_ngrok()
    chosen = eligible[:MAX_CONCURRENT_TRAININGS]
    results = []
    for number, actor in enumerate(chosen, start=1):
        print("=" * 40)
        log(f"Training {number}/{len(chosen)}")
        print("=" * 40)
        results.append(train(actor, ngrok_url))
    print("=" * 60)
    print("Training Summary")
    print("=" * 60)
    print(f"Total actors processed: {len(results)}")
    print(f"Successful: {results.count(True)}")
    print(f"Failed: {results.count(False)}")
    if any(results):
        print("\n✓ Successful models have been saved to manifests")
        print("✓ Models will be available in the Validator and Actor Training tabs")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
