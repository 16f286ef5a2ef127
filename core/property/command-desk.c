/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "command-desk.h"

#include "command-message.h"
#include "command-order.h"
#include "command-receipt.h"
#include "ticket-number.h"

/*
 * One main context. `lines` holds, for each entity that somebody writes about now, those who wait
 * for their turn, the one whose turn it is at the head. A task owns its command; a line, its tasks.
 */
struct _BhCommandDesk {
  GObject parent_instance;

  BhProperty *property;
  BhCommandStock *stock;
  GHashTable *lines; /* entity -> GQueue of owned GTask */
  guint n_waiting;

  char *random_series; /* (nullable): drawn once, while there is no grant */
  char *series;        /* (nullable): what last_number belongs to */
  guint last_number;   /* of tickets */
};

typedef struct _CommandType CommandType;

typedef struct {
  const CommandType *type;
  BhCommandSender sender; /* owns its texts */
  json_t *message;
  char *entity;        /* whose line it stands in; NULL: it cannot be carried out */
  BhCommandPlan *plan; /* NULL until its turn */
  BhCommandWritten written;
} Command;

struct _CommandType {
  const char *name;
  char *(*get_entity)(const BhCommandSender *sender, const json_t *message);
  void (*plan)(BhCommandDesk *self, Command *command);
  gboolean is_numbered; /* its one operation bears the next receipt number */
};

G_DEFINE_FINAL_TYPE(BhCommandDesk, bh_command_desk, G_TYPE_OBJECT)

/* --- ticket numbers --- */

/* The last one of this series that was committed, by the time of its order. */
typedef struct {
  const char *series;
  guint number;
  BhStamp stamp;
} LastNumber;

static void
look_for_number(const char *name, BhRecord *record, gpointer user_data)
{
  LastNumber *last = user_data;
  const BhStamp *stamp = NULL;
  const json_t *header = bh_record_get_item_stamped(record, "header", &stamp);
  guint number =
      bh_ticket_number_parse(json_string_value(json_object_get(header, "number")), last->series);

  if (number == 0 || (last->number != 0 && bh_stamp_compare(stamp, &last->stamp) <= 0))
    return;
  last->number = number;
  last->stamp = *stamp;
}

static const char *
find_series(BhCommandDesk *self)
{
  g_autofree char *name = g_strconcat("device/", bh_property_get_device_id(self->property), NULL);
  const BhRecord *record = bh_property_get_record(self->property, name);
  const char *granted =
      record != NULL ? json_string_value(bh_record_get_register(record, "series")) : NULL;

  if (granted != NULL)
    return granted;
  if (self->random_series == NULL)
    self->random_series = bh_ticket_series_make_random();
  return self->random_series;
}

/* Where it went on before the last start follows from the orders that bear a number of the series;
 * those that nobody has touched for a day are not looked for: theirs are free again. */
static char *
make_number(gpointer user_data)
{
  BhCommandDesk *self = user_data;
  const char *series = find_series(self);

  if (g_strcmp0(series, self->series) != 0) {
    LastNumber last = {.series = series};

    bh_property_visit_records(self->property, "order/", look_for_number, &last);
    g_free(self->series);
    self->series = g_strdup(series);
    self->last_number = last.number;
  }
  self->last_number = bh_ticket_number_next(self->last_number);
  return bh_ticket_number_make(series, self->last_number);
}

/* A hub that was restored from a backup has called numbers out that its devices hand back one by
 * one, also after it went on by itself. */
static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, BhCommandDesk *self)
{
  for (guint i = 0; self->series != NULL && i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];
    guint number;

    if (g_strcmp0(op->kind, "order.open") != 0)
      continue;
    number = bh_ticket_number_parse(json_string_value(json_object_get(op->body, "number")),
                                    self->series);
    if (bh_ticket_number_is_after(number, self->last_number))
      self->last_number = number;
  }
}

/* --- the types --- */

static void
plan_order(BhCommandDesk *self, Command *command)
{
  bh_command_order_plan(self->property, &command->sender, command->message, make_number, self,
                        self->stock, command->plan);
}

static void
plan_notification(BhCommandDesk *self, Command *command)
{
  bh_command_notification_plan(self->property, &command->sender, command->message, command->plan);
}

static void
plan_service(BhCommandDesk *self, Command *command)
{
  bh_command_service_plan(self->property, &command->sender, command->message, command->plan);
}

static void
plan_line_cancel(BhCommandDesk *self, Command *command)
{
  bh_command_line_cancel_plan(self->property, &command->sender, command->message, command->plan);
}

static void
plan_receipt(BhCommandDesk *self, Command *command)
{
  bh_command_receipt_plan(self->property, &command->sender, command->message, command->plan);
}

static const CommandType types[] = {
    {"order", bh_command_order_get_entity, plan_order, FALSE},
    {"notification", bh_command_notification_get_entity, plan_notification, FALSE},
    {"service", bh_command_service_get_entity, plan_service, FALSE},
    {"line-cancel", bh_command_line_cancel_get_entity, plan_line_cancel, FALSE},
    {"receipt", bh_command_receipt_get_entity, plan_receipt, TRUE},
};

static const CommandType *
find_type(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_strcmp0(types[i].name, name) == 0)
      return &types[i];
  return NULL;
}

/* --- answers --- */

static json_t *
make_error(const Command *command, const char *code, const char *text)
{
  return json_pack("{s:s, s:O*, s:s, s:s}", "type", "error", "ref",
                   json_object_get(command->message, "id"), "code", code, "message", text);
}

static json_t *
make_ack(BhCommandDesk *self, const Command *command)
{
  json_t *ack =
      json_pack("{s:s, s:O*, s:s}", "type", "ack", "ref", json_object_get(command->message, "id"),
                "level", bh_level_get_name(bh_property_get_level(self->property)));

  if (command->plan->facts != NULL)
    json_object_update(ack, command->plan->facts);
  return ack;
}

static json_t *
make_answer(BhCommandDesk *self, const Command *command, const GError *error)
{
  if (error != NULL && g_error_matches(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_BAD))
    return make_error(command, "bad-message", "The content is not as the protocol has it.");
  if (error != NULL)
    return make_error(command, "not-stored", error->message);
  if (command->plan->code != NULL)
    return make_error(command, command->plan->code, command->plan->text);
  return make_ack(self, command);
}

/* --- turns --- */

static void
command_free(gpointer data)
{
  Command *command = data;

  g_free((char *)command->sender.device_id);
  g_free((char *)command->sender.seating_id);
  g_free((char *)command->sender.place_id);
  g_free((char *)command->sender.person_id);
  json_decref(command->message);
  g_free(command->entity);
  g_clear_pointer(&command->plan, bh_command_plan_free);
  g_free(command);
}

/* The task is at the head of its line, and leaves it; the next one has to be run. @error:
 * (nullable)
 */
static void
leave_line(BhCommandDesk *self, GTask *head, const GError *error)
{
  Command *command = g_task_get_task_data(head);
  GQueue *line = g_hash_table_lookup(self->lines, command->entity);
  g_autoptr(GTask) task = g_queue_pop_head(line);

  g_assert(task == head);
  if (g_queue_is_empty(line))
    g_hash_table_remove(self->lines, command->entity);
  else
    self->n_waiting--;
  g_task_return_pointer(task, make_answer(self, command, error), (GDestroyNotify)json_decref);
}

static void run_line(BhCommandDesk *self, const char *entity);

static void
end_turn(BhCommandDesk *self, GTask *head, const GError *error)
{
  g_autofree char *entity = g_strdup(((Command *)g_task_get_task_data(head))->entity);

  leave_line(self, head, error);
  run_line(self, entity);
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr(BhCommandDesk) self = g_object_ref(g_task_get_source_object(task));
  Command *command = g_task_get_task_data(task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) written = bh_property_write_finish(BH_PROPERTY(source), result, &error);

  bh_command_stock_end(self->stock, command->plan);
  for (guint i = 0; written != NULL && i < written->len; i++) {
    const BhOperation *op = written->pdata[i];

    command->written.n_operations++;
    command->written.n_bytes += op->length;
    if (command->type->is_numbered)
      command->plan->facts = bh_command_receipt_make_facts(op->body);
  }
  end_turn(self, task, error);
}

static void
write_plan(BhCommandDesk *self, GTask *task, const Command *command)
{
  const GPtrArray *planned = command->plan->drafts;
  g_autofree BhPropertyDraft *drafts = g_new0(BhPropertyDraft, planned->len);
  BhCommandDraft *first = planned->pdata[0];

  if (command->type->is_numbered) {
    bh_command_stock_begin(self->stock, command->plan);
    bh_property_write_receipt_async(self->property, first->entity, bh_command_receipt_make_body,
                                    first, write_cb, task);
    return;
  }
  for (guint i = 0; i < planned->len; i++) {
    const BhCommandDraft *draft = planned->pdata[i];

    drafts[i] = (BhPropertyDraft){.kind = draft->kind,
                                  .entity = draft->entity,
                                  .body = draft->body,
                                  .is_private = draft->is_private};
  }
  bh_command_stock_begin(self->stock, command->plan);
  bh_property_write_async(self->property, drafts, planned->len, write_cb, task);
}

/* Returns: whether it is over at once: there is nothing to write */
static gboolean
plan(BhCommandDesk *self, GTask *task)
{
  Command *command = g_task_get_task_data(task);

  command->plan = bh_command_plan_new();
  command->type->plan(self, command);
  if (command->plan->drafts->len == 0)
    return TRUE;
  write_plan(self, task, command);
  return FALSE;
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr(BhCommandDesk) self = g_object_ref(g_task_get_source_object(task));
  g_autoptr(GError) error = NULL;
  g_autoptr(BhRecord) record G_GNUC_UNUSED =
      bh_property_load_record_finish(BH_PROPERTY(source), result, &error);

  if (error != NULL || plan(self, task))
    end_turn(self, task, error);
}

static void
run_line(BhCommandDesk *self, const char *entity)
{
  GQueue *line;

  while ((line = g_hash_table_lookup(self->lines, entity)) != NULL) {
    GTask *task = g_queue_peek_head(line);

    /* It may have left memory long ago, or have come back by a late operation without what it had
     * before: also what a command makes, for it may be said again days later. */
    if (!bh_property_has_whole(self->property, entity)) {
      bh_property_load_record_async(self->property, entity, load_cb, task);
      return;
    }
    if (!plan(self, task))
      return;
    leave_line(self, task, NULL);
  }
}

static Command *
command_new(const CommandType *type, const BhCommandSender *sender, json_t *message)
{
  Command *command = g_new0(Command, 1);

  command->type = type;
  command->sender = (BhCommandSender){.device_id = g_strdup(sender->device_id),
                                      .role = sender->role,
                                      .seating_id = g_strdup(sender->seating_id),
                                      .place_id = g_strdup(sender->place_id),
                                      .person_id = g_strdup(sender->person_id)};
  command->message = json_incref(message);
  command->entity = type->get_entity(&command->sender, message);
  return command;
}

/* Returns: whether it has to wait, as others do already */
static gboolean
stand_in_line(BhCommandDesk *self, const char *entity, GTask *task)
{
  GQueue *line = g_hash_table_lookup(self->lines, entity);
  gboolean waits = line != NULL;

  if (line == NULL) {
    line = g_queue_new();
    g_hash_table_insert(self->lines, g_strdup(entity), line);
  } else {
    self->n_waiting++;
  }
  g_queue_push_tail(line, task);
  return waits;
}

void
bh_command_desk_run_async(BhCommandDesk *desk, const BhCommandSender *sender, json_t *message,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  const CommandType *type = find_type(json_string_value(json_object_get(message, "type")));
  GTask *task = g_task_new(desk, NULL, callback, user_data);
  Command *command;
  json_t *problem;

  g_assert(type != NULL);
  command = command_new(type, sender, message);
  g_task_set_task_data(task, command, command_free);
  if (command->entity != NULL && desk->n_waiting < BH_COMMAND_DESK_MAX_WAITING) {
    if (!stand_in_line(desk, command->entity, task))
      run_line(desk, command->entity);
    return;
  }
  if (command->entity == NULL) {
    problem = make_error(command, "bad-message", "A command has an id, and ids are plain.");
  } else {
    problem = make_error(command, "rate-limited", "Too many commands wait for this one.");
    json_object_set_new(problem, "retryMs", json_integer(BH_COMMAND_DESK_RETRY_MS));
  }
  g_task_return_pointer(task, problem, (GDestroyNotify)json_decref);
  g_object_unref(task);
}

json_t *
bh_command_desk_run_finish(BhCommandDesk *desk, GAsyncResult *result, BhCommandWritten *written)
{
  const Command *command = g_task_get_task_data(G_TASK(result));

  if (written != NULL)
    *written = command->written;
  return g_task_propagate_pointer(G_TASK(result), NULL);
}

const char *
bh_command_desk_find_sender(BhCommandDesk *desk, const char *entity)
{
  GQueue *line = g_hash_table_lookup(desk->lines, entity);
  GTask *task = line != NULL ? g_queue_peek_head(line) : NULL;

  return task != NULL ? ((const Command *)g_task_get_task_data(task))->sender.device_id : NULL;
}

/* --- life --- */

static void
bh_command_desk_finalize(GObject *object)
{
  BhCommandDesk *self = BH_COMMAND_DESK(object);

  g_hash_table_unref(self->lines);
  bh_command_stock_free(self->stock);
  g_object_unref(self->property);
  g_free(self->random_series);
  g_free(self->series);
  G_OBJECT_CLASS(bh_command_desk_parent_class)->finalize(object);
}

static void
bh_command_desk_class_init(BhCommandDeskClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_command_desk_finalize;
}

static void
bh_command_desk_init(BhCommandDesk *self)
{
  self->lines =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_queue_free);
}

BhCommandDesk *
bh_command_desk_new(BhProperty *property)
{
  BhCommandDesk *self = g_object_new(BH_TYPE_COMMAND_DESK, NULL);

  self->property = g_object_ref(property);
  g_signal_connect_object(property, "committed", G_CALLBACK(on_committed), self, 0);
  self->stock = bh_command_stock_new(property);
  return self;
}
