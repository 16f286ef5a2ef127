// SPDX-License-Identifier: Apache-2.0
// Prints data/protocol/vectors/operations.json:
//   data/web/node_modules/.bin/esbuild tests/unit/client/log-vectors/print.ts --bundle --format=esm \
//     --platform=node | node --input-type=module - >data/protocol/vectors/operations.json

import { vectorsText } from "./make";

process.stdout.write(vectorsText);
