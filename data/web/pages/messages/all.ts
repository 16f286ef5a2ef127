// SPDX-License-Identifier: Apache-2.0
// All catalogues at once: for tests. A page fetches its reader's only, see load.ts.

import { de } from "./de";
import { en, type Catalogue } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import type { Language } from "./index";

export const catalogues: Record<Language, Catalogue> = { en, de, fr, es };
