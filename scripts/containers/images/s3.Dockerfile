# The S3 server of the container tests: moto, one request at a time. Built from packages/testing/src/s3-server.
FROM debian:bookworm-slim
ARG MOTO=5.2.5
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates python3-venv \
 && rm -rf /var/lib/apt/lists/* \
 && python3 -m venv /opt/moto \
 && /opt/moto/bin/pip install --quiet --no-cache-dir "moto[server]==${MOTO}"
COPY s3_test_server.py /opt/moto/s3_test_server.py
EXPOSE 5000
CMD ["/opt/moto/bin/python", "/opt/moto/s3_test_server.py", "0.0.0.0", "5000", "--detached"]
