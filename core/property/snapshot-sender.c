/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "snapshot-sender.h"

#include <string.h>

/* What a part says besides its records. */
#define FRAME_BYTES 400

/* A part on its way. */
typedef struct {
  guint number;
  json_t *message;
  gint64 due_ms;
  guint tries;
} Part;

struct _BhSnapshotSender {
  char *id;
  GPtrArray *names;
  guint next;      /* of names */
  json_t *over;    /* (nullable): a record that did not fit into the part before */
  gsize over_size; /* bytes */
  json_t *ready;   /* (nullable): a part that is made and may not go yet */
  json_t *end;
  gboolean reset;
  gboolean is_last_made;
  guint n_parts;
  Part flight[BH_SNAPSHOT_WINDOW];
  guint n_flight;
  gboolean is_pumping;
  gboolean is_freed; /* while it was pumping */
  BhSnapshotState state;
  BhSnapshotRead read;
  BhSnapshotSend send;
  gpointer data;
};

BhSnapshotSender *
bh_snapshot_sender_new(const char *id, GPtrArray *names, json_t *end, gboolean reset,
                       BhSnapshotRead read, BhSnapshotSend send, gpointer data)
{
  BhSnapshotSender *sender = g_new0(BhSnapshotSender, 1);

  sender->id = g_strdup(id);
  sender->names = names;
  sender->end = end;
  sender->reset = reset;
  sender->read = read;
  sender->send = send;
  sender->data = data;
  return sender;
}

void
bh_snapshot_sender_free(BhSnapshotSender *sender)
{
  if (sender == NULL)
    return;
  sender->is_freed = TRUE;
  if (sender->is_pumping)
    return;
  for (guint i = 0; i < sender->n_flight; i++)
    json_decref(sender->flight[i].message);
  json_decref(sender->over);
  json_decref(sender->ready);
  json_decref(sender->end);
  g_ptr_array_unref(sender->names);
  g_free(sender->id);
  g_free(sender);
}

/* Records until a part is full. Returns: (transfer full): `entities` */
static json_t *
gather(BhSnapshotSender *sender)
{
  json_t *entities = json_array();
  gsize size = FRAME_BYTES;

  while (sender->over != NULL || sender->next < sender->names->len) {
    if (sender->over == NULL)
      sender->over =
          sender->read(sender->names->pdata[sender->next++], &sender->over_size, sender->data);
    if (sender->over == NULL)
      continue;
    /* One that is longer than a part goes alone. */
    if (json_array_size(entities) > 0 && size + sender->over_size > BH_SNAPSHOT_PART_BYTES)
      break;
    size += sender->over_size + 1;
    json_array_append_new(entities, g_steal_pointer(&sender->over));
  }
  return entities;
}

static json_t *
make_part(BhSnapshotSender *sender)
{
  json_t *entities = gather(sender);
  json_t *message = json_pack("{s:s, s:s, s:i, s:o}", "type", "snapshot", "id", sender->id, "part",
                              (int)sender->n_parts++, "entities", entities);

  if (sender->reset)
    json_object_set_new(message, "reset", json_true());
  sender->is_last_made = sender->over == NULL && sender->next == sender->names->len;
  if (sender->is_last_made)
    json_object_update(message, sender->end);
  else
    json_object_set_new(message, "more", json_true());
  return message;
}

/* Returns: whether @part is on its way; it is noted first, for the answer may come from within. */
static gboolean
send_part(BhSnapshotSender *sender, const json_t *message)
{
  g_autoptr(json_t) held = json_incref((json_t *)message);

  return sender->send(held, sender->data) && !sender->is_freed;
}

/* The part whose time is over; n_flight: none. */
static guint
find_due(const BhSnapshotSender *sender, gint64 now_ms)
{
  guint at = 0;

  while (at < sender->n_flight && sender->flight[at].due_ms > now_ms)
    at++;
  return at;
}

/* Returns: %FALSE: the channel is full, or the peer is given up */
static gboolean
send_again(BhSnapshotSender *sender, gint64 now_ms)
{
  guint at;

  while ((at = find_due(sender, now_ms)) < sender->n_flight) {
    Part *part = &sender->flight[at];
    gint64 due_ms = part->due_ms;

    if (part->tries == BH_SNAPSHOT_TRIES) {
      sender->state = BH_SNAPSHOT_FAILED;
      return FALSE;
    }
    part->tries++;
    part->due_ms = now_ms + BH_SNAPSHOT_TIMEOUT_MS;
    if (send_part(sender, part->message))
      continue;
    /* There was no room, so nobody can have answered: it stands where it stood. */
    if (!sender->is_freed) {
      part->tries--;
      part->due_ms = due_ms;
    }
    return FALSE;
  }
  return TRUE;
}

/* Returns: %FALSE: nothing more can go now */
static gboolean
send_next(BhSnapshotSender *sender, gint64 now_ms)
{
  Part *part = &sender->flight[sender->n_flight];

  if (sender->ready == NULL)
    sender->ready = make_part(sender);
  /* The last one says that all are there. */
  if (sender->is_last_made && sender->n_flight > 0)
    return FALSE;
  *part = (Part){.number = sender->n_parts - 1,
                 .message = g_steal_pointer(&sender->ready),
                 .due_ms = now_ms + BH_SNAPSHOT_TIMEOUT_MS,
                 .tries = 1};
  sender->n_flight++;
  if (send_part(sender, part->message))
    return TRUE;
  if (!sender->is_freed)
    sender->ready = sender->flight[--sender->n_flight].message;
  return FALSE;
}

void
bh_snapshot_sender_pump(BhSnapshotSender *sender, gint64 now_ms)
{
  gboolean goes_on = TRUE;

  /* From within a send: that one goes on. */
  if (sender->is_pumping || sender->state != BH_SNAPSHOT_GOING)
    return;
  sender->is_pumping = TRUE;
  goes_on = send_again(sender, now_ms);
  while (goes_on && sender->n_flight < BH_SNAPSHOT_WINDOW &&
         (sender->ready != NULL || !sender->is_last_made))
    goes_on = send_next(sender, now_ms);
  sender->is_pumping = FALSE;
  if (sender->is_freed)
    bh_snapshot_sender_free(sender);
}

/* Which part on its way @ack is about; n_flight: none. */
static guint
find_part(const BhSnapshotSender *sender, const json_t *ack)
{
  const json_t *number = json_object_get(ack, "part");

  if (!json_is_integer(number))
    return 0;
  for (guint i = 0; i < sender->n_flight; i++)
    if (sender->flight[i].number == json_integer_value(number))
      return i;
  return sender->n_flight;
}

gboolean
bh_snapshot_sender_ack(BhSnapshotSender *sender, const json_t *ack)
{
  const char *ref = json_string_value(json_object_get(ack, "ref"));
  guint at;

  if (g_strcmp0(ref, sender->id) != 0)
    return FALSE;
  at = find_part(sender, ack);
  if (at >= sender->n_flight)
    return TRUE;
  json_decref(sender->flight[at].message);
  sender->n_flight--;
  memmove(&sender->flight[at], &sender->flight[at + 1], (sender->n_flight - at) * sizeof(Part));
  if (sender->n_flight == 0 && sender->is_last_made && sender->ready == NULL &&
      sender->state == BH_SNAPSHOT_GOING)
    sender->state = BH_SNAPSHOT_DONE;
  return TRUE;
}

const char *
bh_snapshot_sender_get_id(const BhSnapshotSender *sender)
{
  return sender->id;
}

BhSnapshotState
bh_snapshot_sender_get_state(const BhSnapshotSender *sender)
{
  return sender->state;
}

gint64
bh_snapshot_sender_get_due_ms(const BhSnapshotSender *sender)
{
  gint64 due_ms = -1;

  if (sender->state != BH_SNAPSHOT_GOING)
    return -1;
  for (guint i = 0; i < sender->n_flight; i++)
    if (due_ms < 0 || sender->flight[i].due_ms < due_ms)
      due_ms = sender->flight[i].due_ms;
  return due_ms;
}
