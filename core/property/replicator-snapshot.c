/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

/*
 * A snapshot stands for the operations of the `have` that was taken when its list of names was
 * made. Records are read when their part goes, and may then hold more than that: merging what comes
 * again is harmless.
 *
 * What came by private logs is left out of the records.
 */

/* Devices that come back together share a list. */
#define FROZEN_MS 5000

void
bh_replicator_frozen_clear(BhReplicatorFrozen *frozen)
{
  g_clear_pointer(&frozen->names, g_ptr_array_unref);
  g_clear_pointer(&frozen->have, g_hash_table_unref);
}

static void
add_name(const char *name, BhRecord *record, gpointer data)
{
  (void)record;
  g_ptr_array_add(data, g_strdup(name));
}

static void
freeze(BhReplicator *replicator)
{
  BhReplicatorFrozen *frozen = &replicator->frozen;
  gint64 now_ms = bh_replicator_now_ms(replicator);
  g_autoptr(json_t) have = NULL;

  if (frozen->names != NULL && now_ms >= frozen->made_ms && now_ms - frozen->made_ms < FROZEN_MS)
    return;
  bh_replicator_frozen_clear(frozen);
  have = bh_property_get_have(replicator->property, FALSE);
  frozen->have = bh_log_positions_parse(have);
  frozen->names = g_ptr_array_new_with_free_func(g_free);
  frozen->made_ms = now_ms;
  bh_property_visit_records(replicator->property, NULL, add_name, frozen->names);
}

static void
drop_private(json_t *parts, size_t log_at)
{
  const char *path;
  json_t *part;
  void *next;

  json_object_foreach_safe(parts, next, path, part)
  {
    const char *log_id = json_string_value(json_array_get(part, log_at));

    if (log_id != NULL && bh_operation_is_private_log(log_id))
      json_object_del(parts, path);
  }
}

static json_t *
read_record(const char *name, gsize *size_bytes, gpointer data)
{
  BhReplicatorLink *link = data;
  BhProperty *property = link->replicator->property;
  BhRecord *record = bh_property_get_record(property, name);
  json_t *content, *entity;

  if (record == NULL || bh_property_is_archivable(property, name))
    return NULL;
  content = bh_record_to_json(record);
  drop_private(json_object_get(content, "items"), 3);
  drop_private(json_object_get(content, "registers"), 4);
  if (json_object_size(json_object_get(content, "items")) == 0 &&
      json_object_size(json_object_get(content, "registers")) == 0) {
    json_decref(content);
    return NULL;
  }
  entity = json_pack("[s, o]", name, content);
  *size_bytes = bh_json_measure(entity);
  return entity;
}

static gboolean
send_part(const json_t *message, gpointer data)
{
  return bh_replicator_link_send(data, message);
}

void
bh_replicator_link_begin_snapshot(BhReplicatorLink *link, gboolean reset)
{
  BhReplicatorFrozen *frozen = &link->replicator->frozen;
  g_autofree char *id = bh_replicator_new_id(link->replicator, "s");
  json_t *end;

  freeze(link->replicator);
  if (frozen->have == NULL)
    return;
  end = json_pack("{s:o}", "have", bh_log_positions_to_json(frozen->have));
  link->snapshot_have = g_hash_table_ref(frozen->have);
  link->snapshot = bh_snapshot_sender_new(id, g_ptr_array_ref(frozen->names), end, reset,
                                          read_record, send_part, link);
}

/* The peer has all that the snapshot stood for. */
static void
end_snapshot(BhReplicatorLink *link, BhSnapshotState state)
{
  g_autoptr(BhLogPositions) have = g_steal_pointer(&link->snapshot_have);
  GHashTableIter iter;
  gpointer log_id, seq;

  g_clear_pointer(&link->snapshot, bh_snapshot_sender_free);
  if (state == BH_SNAPSHOT_FAILED) {
    /* Asked what it has, it may ask again. */
    link->heard = FALSE;
    bh_replicator_link_say_have(link);
    return;
  }
  g_hash_table_iter_init(&iter, have);
  while (g_hash_table_iter_next(&iter, &log_id, &seq))
    bh_log_positions_raise(link->known, log_id, *(gint64 *)seq);
  bh_replicator_link_note_all(link);
}

gboolean
bh_replicator_link_pump_snapshot(BhReplicatorLink *link)
{
  BhSnapshotState state;
  gint64 due_ms;

  if (link->snapshot == NULL)
    return FALSE;
  bh_snapshot_sender_pump(link->snapshot, bh_replicator_now_ms(link->replicator));
  /* Sending may have removed the link. */
  if (link->replicator == NULL || link->snapshot == NULL)
    return TRUE;
  state = bh_snapshot_sender_get_state(link->snapshot);
  if (state != BH_SNAPSHOT_GOING) {
    end_snapshot(link, state);
    return link->replicator == NULL || !link->heard;
  }
  due_ms = bh_snapshot_sender_get_due_ms(link->snapshot);
  if (due_ms >= 0)
    bh_replicator_schedule(link->replicator, due_ms);
  return TRUE;
}
