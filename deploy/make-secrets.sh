#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets, those that are not there yet: the gateway's key, its public
# half for the subgraphs, and the pepper that API keys are kept with.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
# The folder keeps others of this machine out; a process in a container reads the files under another user's number.
chmod 700 secrets
cd secrets
[ -f signing-private.pem ] || openssl genpkey -algorithm ed25519 -out signing-private.pem
[ -f signing-public.pem ] || openssl pkey -in signing-private.pem -pubout -out signing-public.pem
[ -f pepper ] || openssl rand -hex 32 > pepper
chmod 644 signing-private.pem signing-public.pem pepper
