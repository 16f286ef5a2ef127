/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "redaction.h"

#include <string.h>

#include "kind-table.h"

#define REDACTED "redacted/"

static void
empty_item(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  bh_record_add_item(data, path, json_null(), stamp);
}

static void
empty_register(const char *path, json_t *value, gint64 version, const BhStamp *stamp, gpointer data)
{
  bh_record_add_register(data, path, json_null(), version, stamp);
}

BhOperation *
bh_redaction_make_stub(BhOperation *op)
{
  g_autoptr(BhRecord) record = bh_record_new();
  g_autoptr(BhRecord) places = bh_record_new();

  if (op->is_redacted)
    return bh_operation_ref(op);
  if (bh_kind_table_judge(op) == NULL)
    bh_kind_table_lift(op, record);
  bh_record_visit_items(record, NULL, empty_item, places);
  bh_record_visit_versions(record, empty_register, places);
  return bh_operation_new_redacted(op->log_id, op->seq, op->entity, op->device_id, op->role,
                                   places);
}

static gboolean
is_bare(const BhOperation *stub)
{
  return stub->record == NULL || bh_record_is_empty(stub->record);
}

gboolean
bh_redaction_is_same(BhOperation *a, BhOperation *b)
{
  g_autoptr(BhOperation) one = NULL;
  g_autoptr(BhOperation) other = NULL;

  /* A device's word is no more than that there was something. */
  if (a->is_redacted && b->is_redacted && (is_bare(a) || is_bare(b)))
    return TRUE;
  if (a->is_redacted == b->is_redacted)
    return g_str_equal(a->text, b->text);
  one = bh_redaction_make_stub(a);
  other = bh_redaction_make_stub(b);
  return g_str_equal(one->text, other->text);
}

BhOperation *
bh_redaction_make_bare(const BhOperation *op)
{
  return bh_operation_new_redacted(op->log_id, op->seq, op->entity, op->device_id, op->role, NULL);
}

typedef struct {
  BhRedactionVisitor visitor;
  gpointer data;
} Visit;

static void
visit_item(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  const Visit *visit = data;
  const char *name = path + strlen(REDACTED);
  const char *colon = strchr(name, ':');
  g_autofree char *log_id = colon != NULL ? g_strndup(name, (gsize)(colon - name)) : NULL;

  if (log_id != NULL)
    visit->visitor(log_id, g_ascii_strtoll(colon + 1, NULL, 10), visit->data);
}

void
bh_redaction_visit_targets(const BhOperation *op, BhRedactionVisitor visitor, gpointer data)
{
  g_autoptr(BhRecord) record = NULL;
  Visit visit = {visitor, data};

  if (!op->is_redacted && (!g_str_equal(op->kind, "redact") || bh_kind_table_judge(op) != NULL))
    return;
  record = bh_record_new();
  bh_kind_table_lift(op, record);
  bh_record_visit_items(record, REDACTED, visit_item, &visit);
}
