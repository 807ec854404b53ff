#!/bin/sh
# Whether the team's schema may be merged. Works offline: everybody else's files are in published/.
#   FORMAT   text (for people, the default), github (annotations), junit or json
#   REPORT   a file for the answer, where it is not to be printed
set -eu
cd "$(dirname "$0")/.."
if [ -n "${REPORT:-}" ]; then exec >"$REPORT"; fi
featuregraph check --published published --operations operations --format "${FORMAT:-text}"
