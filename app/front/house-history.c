/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-history.h"

#include <math.h>
#include <string.h>

static gboolean
differ(double one, double other)
{
  return one != other && !(isnan(one) && isnan(other));
}

gboolean
bh_house_history_add(BhHouseHistory *history, double value)
{
  gboolean is_other = FALSE;
  double newer = value;

  for (guint i = history->n_values; i-- > 0; newer = history->values[i])
    is_other |= differ(history->values[i], newer);
  if (history->n_values == BH_HOUSE_HISTORY_MAX) {
    memmove(history->values, history->values + 1,
            (BH_HOUSE_HISTORY_MAX - 1) * sizeof *history->values);
    history->n_values--;
  } else {
    is_other |= differ(NAN, newer);
  }
  history->values[history->n_values++] = value;
  return is_other;
}
