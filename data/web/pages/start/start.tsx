// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";

const place = document.getElementById("page");
if (place !== null) render(<main>Bellhop</main>, place);
