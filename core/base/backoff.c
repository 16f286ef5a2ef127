/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "backoff.h"

guint
bh_backoff_next(BhBackoff *backoff, double random)
{
  guint64 bound = backoff->first_ms;

  for (guint i = 0; i < backoff->tries && bound < backoff->max_ms; i++)
    bound *= 2;
  bound = MIN(bound, backoff->max_ms);
  if (backoff->tries < G_MAXUINT)
    backoff->tries++;
  return (guint)((double)bound * (0.5 + 0.5 * CLAMP(random, 0.0, 1.0)));
}

void
bh_backoff_reset(BhBackoff *backoff)
{
  backoff->tries = 0;
}
