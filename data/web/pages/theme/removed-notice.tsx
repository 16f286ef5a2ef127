// SPDX-License-Identifier: Apache-2.0
// Instead of the page, once a manager has removed this device.

import { t } from "../messages";
import { PlainFrame } from "./plain-frame";

export function RemovedNotice() {
  return (
    <PlainFrame>
      <div class="step-part" role="alert" data-testid="removed">
        <h1 class="step-wait">{t("removed.title")}</h1>
        <p>{t("removed.about")}</p>
      </div>
      <p class="step-actions">
        <a class="button primary" href="/pair">
          {t("removed.pair")}
        </a>
      </p>
    </PlainFrame>
  );
}
