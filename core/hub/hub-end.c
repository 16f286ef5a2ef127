/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "hub-end.h"

/* What was broken off looks whether it is still wanted many times a second, but not where a slow
 * drive keeps it. */
#define MOST_MS 2000

static guint n_holds;

void
bh_hub_end_hold(void)
{
  n_holds++;
}

void
bh_hub_end_release(void)
{
  g_assert(n_holds > 0);
  n_holds--;
}

static gboolean
on_late(gpointer is_late)
{
  *(gboolean *)is_late = TRUE;
  return G_SOURCE_CONTINUE;
}

void
bh_hub_end_drain(void)
{
  gboolean is_late = FALSE;
  guint clock = g_timeout_add(MOST_MS, on_late, &is_late);

  while (n_holds > 0 && !is_late)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(clock);
  while (g_main_context_iteration(NULL, FALSE))
    ;
}
