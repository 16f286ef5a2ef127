// SPDX-License-Identifier: Apache-2.0
import { testImplementation } from './cases.mjs';

testImplementation('aiortc');
