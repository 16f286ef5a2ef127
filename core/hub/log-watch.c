/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "log-watch.h"

#include "cut-off.h"
#include "hub-state.h"
#include "kind-table.h"
#include "rate-table.h"

/* Devices with one reason each; more at a time share one allowance. */
#define MAX_KEYS 256

struct _BhLogWatch {
  BhProperty *property;
  const BhHubState *state;
  BhRateTable *rates;
};

/* @who is what the property knows of the author; a device that the book does not know is named by
 * its id. */
static void
add_entry(BhLogWatch *self, const char *kind, const char *device_id, const char *reason,
          const char *detail)
{
  g_autofree char *key = g_strjoin("\n", kind, device_id, reason, NULL);
  const BhDevice *device = bh_device_book_find(self->state->devices, device_id);

  if (bh_rate_table_take(self->rates, key, g_get_real_time() / 1000))
    bh_audit_log_add(self->state->audit, kind, NULL, device != NULL ? device->name : device_id,
                     detail, NULL);
}

static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, BhLogWatch *self)
{
  for (guint i = 0; source != NULL && i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];
    const char *reason = bh_kind_table_judge(op);

    if (reason == NULL && bh_cut_off_revokes(property, op))
      reason = "revoked";
    if (reason != NULL)
      add_entry(self, BH_LOG_WATCH_ASIDE, op->device_id, reason, reason);
  }
}

static void
on_conflict(BhProperty *property, const BhOperation *first, const BhOperation *other,
            BhLogWatch *self)
{
  g_autofree char *name = bh_operation_dup_name(other);

  add_entry(self, BH_LOG_WATCH_CONFLICT, other->device_id, "", name);
}

static void
on_too_many_logs(BhProperty *property, const char *device_id, BhLogWatch *self)
{
  /* For the manager that is the same: it counts for nothing. */
  add_entry(self, BH_LOG_WATCH_ASIDE, device_id, "too-many-logs", "too-many-logs");
}

BhLogWatch *
bh_log_watch_new(BhProperty *property, const BhHubState *state)
{
  BhLogWatch *self = g_new0(BhLogWatch, 1);

  self->property = g_object_ref(property);
  self->state = state;
  self->rates = bh_rate_table_new(1, MAX_KEYS);
  g_signal_connect(property, "committed", G_CALLBACK(on_committed), self);
  g_signal_connect(property, "conflict", G_CALLBACK(on_conflict), self);
  g_signal_connect(property, "too-many-logs", G_CALLBACK(on_too_many_logs), self);
  return self;
}

void
bh_log_watch_free(BhLogWatch *watch)
{
  g_signal_handlers_disconnect_by_data(watch->property, watch);
  g_object_unref(watch->property);
  bh_rate_table_free(watch->rates);
  g_free(watch);
}
