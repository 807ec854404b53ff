#!/bin/sh
# Publishes what was merged, beside what the other teams have published meanwhile.
#   PUBLISHED   the folder of versions that gateways follow
set -eu
cd "$(dirname "$0")/.."
featuregraph publish "$PUBLISHED" --operations operations --url trips=http://trips:4000/graphql
