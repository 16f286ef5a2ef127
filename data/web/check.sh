#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check.sh TSC FOLDER STAMP: type-checks FOLDER; the stamp appears only where all is well.
set -eu
"$1" --noEmit -p "$2/tsconfig.json"
: >"$3"
